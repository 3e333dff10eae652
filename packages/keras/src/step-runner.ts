/**
 * Runs training steps one after the other, holding the weights and states that each takes from the last. A step that
 * throws leaves them as they were.
 */
import { baseInterpreter, nd, type Tensor } from '@deft/core';
import type { Weights } from '@deft/nn';
import type { OptimizerState } from '@deft/optim';
import type { Batch, FigureState, PendingFigures } from './figures.ts';
import type { TrainingStep } from './training-step.ts';

/** Everything that training changes. */
export interface Variables {
  parameters: Weights;
  layerState: Weights;
  optimizerState: OptimizerState;
}

/** A training step bound to the variables it works on. */
export class StepRunner {
  readonly variables: Variables;
  readonly #step: TrainingStep;
  readonly #key: Tensor;
  readonly #start: () => FigureState;
  #figures: FigureState | undefined;
  #learningRate: number;
  #learningRateTensor: Tensor | undefined;

  /** @param start gives the state of the figures before the first batch */
  constructor(step: TrainingStep, variables: Variables, key: Tensor, learningRate: number, start: () => FigureState) {
    this.#step = step;
    this.variables = variables;
    this.#key = key;
    this.#learningRate = learningRate;
    this.#start = start;
  }

  get learningRate(): number {
    return this.#learningRate;
  }

  set learningRate(value: number) {
    if (value === this.#learningRate) return;
    this.#learningRate = value;
    this.#learningRateTensor = undefined;
  }

  /** Lets the next step begin new figures. */
  restartFigures(): void {
    this.#figures = undefined;
  }

  /** Starts a step; its figures are read later. */
  dispatch(batch: Batch): PendingFigures {
    const { variables } = this;
    this.#learningRateTensor ??= baseInterpreter().constant(nd([], [this.#learningRate]), false);
    const { figures, values, ...next } = this.#step(
      variables.parameters,
      variables.optimizerState,
      variables.layerState,
      this.#figures ?? this.#start(),
      batch,
      this.#key,
      this.#learningRateTensor,
    );
    Object.assign(variables, next);
    this.#figures = figures;
    return { values, size: batch.x.shape[0] as number };
  }
}
