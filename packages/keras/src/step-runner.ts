/**
 * Runs training steps one after the other, holding the weights and states that each takes from the last. A step that
 * throws leaves them as they were.
 */
import type { Tensor } from '@deft/core';
import type { Weights } from '@deft/nn';
import type { Optimizer, OptimizerState } from '@deft/optim';
import { type Batch, type FigureState, type PendingFigures, sizeOfBatch } from './figures.ts';
import { LearningRate } from './learning-rate.ts';
import type { TrainingResult, TrainingStep, TrainingSteps } from './training-step.ts';

/** Everything that training changes. */
export interface Variables {
  parameters: Weights;
  layerState: Weights;
  optimizerState: OptimizerState;
}

/** What training changes, and the figures of the running epoch. */
export interface TrainingSnapshot extends Variables {
  figures?: FigureState;
}

/** A training step bound to the variables it works on. */
export class StepRunner {
  readonly variables: Variables;
  readonly rate: LearningRate;
  readonly #step: TrainingStep;
  readonly #steps: TrainingSteps | undefined;
  readonly #optimizer: Optimizer;
  readonly #key: Tensor;
  readonly #start: () => FigureState;
  #figures: FigureState | undefined;

  /**
   * @param steps the step, and several at a time where that is wanted
   * @param start gives the state of the figures before the first batch
   * @param rate the learning rate of a run that this one continues
   */
  constructor(
    steps: { readonly train: TrainingStep; readonly trainSeveral?: TrainingSteps },
    optimizer: Optimizer,
    variables: Variables,
    key: Tensor,
    start: () => FigureState,
    rate: LearningRate = new LearningRate(optimizer),
  ) {
    this.#step = steps.train;
    this.#steps = steps.trainSeveral;
    this.#optimizer = optimizer;
    this.variables = variables;
    this.#key = key;
    this.rate = rate;
    this.#start = start;
  }

  get learningRate(): number {
    return this.rate.value;
  }

  set learningRate(value: number) {
    this.rate.value = value;
  }

  /** All that training changes, as one tree; the figures so far only where an epoch is running. */
  snapshot(withFigures: boolean): TrainingSnapshot {
    return withFigures ? { ...this.variables, figures: this.#figures ?? this.#start() } : { ...this.variables };
  }

  /** Goes on from a tree like that of `snapshot`. */
  restore({ figures, ...variables }: TrainingSnapshot): void {
    Object.assign(this.variables, variables);
    this.#figures = figures;
  }

  /** Lets the next step begin new figures. */
  restartFigures(): void {
    this.#figures = undefined;
  }

  /** Starts a step; its figures are read later. */
  dispatch(batch: Batch): PendingFigures {
    const { parameters, optimizerState, layerState } = this.variables;
    const figures = this.#figures ?? this.#start();
    const { rate } = this;
    const result = this.#step(parameters, optimizerState, layerState, figures, batch, this.#key, rate.tensor);
    return this.#take(result, 1, sizeOfBatch(batch));
  }

  /** Starts a step for each batch, all of one size, as one program; the figures are those after the last. */
  dispatchAll(batches: readonly Batch[]): PendingFigures {
    const [first] = batches as [Batch, ...Batch[]];
    if (batches.length === 1 || this.#steps === undefined) return this.dispatch(first);
    const { parameters, optimizerState, layerState } = this.variables;
    const figures = this.#figures ?? this.#start();
    const rates = this.rate.upcoming(batches.length);
    const result = this.#steps(parameters, optimizerState, layerState, figures, batches, this.#key, rates);
    return this.#take(result, batches.length, batches.length * sizeOfBatch(first));
  }

  #take({ figures, values, ...next }: TrainingResult, steps: number, size: number): PendingFigures {
    Object.assign(this.variables, next);
    this.#figures = figures;
    this.rate.advance(steps);
    return { values, size };
  }

  /** Lets the parameters become what they are when training ends: their average, where the optimiser keeps one. */
  finalize(): void {
    const { variables } = this;
    variables.parameters =
      this.#optimizer.finalize?.(variables.parameters, variables.optimizerState) ?? variables.parameters;
  }
}
