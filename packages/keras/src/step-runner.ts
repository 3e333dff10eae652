/**
 * Runs training steps one after the other, holding the weights and states that each takes from the last. A step that
 * throws leaves them as they were.
 */
import { baseInterpreter, nd, type Tensor } from '@deft/core';
import type { Weights } from '@deft/nn';
import type { OptimizerState } from '@deft/optim';
import type { PendingFigures } from './figure-totals.ts';
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
  #learningRate: number;
  #learningRateTensor: Tensor | undefined;

  constructor(step: TrainingStep, variables: Variables, key: Tensor, learningRate: number) {
    this.#step = step;
    this.variables = variables;
    this.#key = key;
    this.#learningRate = learningRate;
  }

  get learningRate(): number {
    return this.#learningRate;
  }

  set learningRate(value: number) {
    if (value === this.#learningRate) return;
    this.#learningRate = value;
    this.#learningRateTensor = undefined;
  }

  /** Starts a step; its figures are read later. */
  dispatch(x: Tensor, y: Tensor): PendingFigures {
    const { variables } = this;
    this.#learningRateTensor ??= baseInterpreter().constant(nd([], [this.#learningRate]), false);
    const { figures, ...next } = this.#step(
      variables.parameters,
      variables.optimizerState,
      variables.layerState,
      x,
      y,
      this.#key,
      this.#learningRateTensor,
    );
    Object.assign(variables, next);
    return { figures, size: x.shape[0] as number };
  }
}
