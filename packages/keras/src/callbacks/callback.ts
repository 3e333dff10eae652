/**
 * The protocol of callbacks: what a run over batches (training, evaluation, prediction) tells others, and how they steer it.
 * A callback is a record of functions, every one of which may be left out. Promises are waited for.
 */
import type { PlainValue, Tensor } from '@deft/core';

/** Named figures: `loss`, `accuracy`, `valLoss`, … */
export type Logs = { readonly [name: string]: number };

/** Figures after a batch. */
export interface BatchLogs extends Logs {
  /** Examples in the batch. */
  readonly size: number;
  /** Mean loss over the epoch so far. */
  readonly loss: number;
  /** Loss of this batch alone. */
  readonly batchLoss: number;
}

/** What prediction says of a batch. */
export interface PredictionLogs {
  /** Examples in the batch. */
  readonly size: number;
  /** What the model gave for the batch, one tensor an output. Given back after the call: `clone` what is to stay. */
  readonly outputs: readonly Tensor[];
}

/** The model as callbacks see it. */
export interface TrainedModel {
  readonly name: string;
  /** Names of all weights, in Keras's order. */
  readonly weightNames: readonly string[];
  /** Copies of all weights, in Keras's order. */
  getWeights(): Promise<Tensor[]>;
  setWeights(weights: readonly Tensor[]): Promise<void>;
  /** The model as the bytes of one file. */
  serialize(): Promise<Uint8Array>;
  saveModel(path: string): Promise<void>;
  saveWeights(path: string): Promise<void>;
}

/** What a callback keeps between two halves of a training. */
export interface CallbackState {
  readonly values: PlainValue;
  readonly tensors?: readonly Tensor[];
}

/** What a run is going to do. */
export interface RunParameters {
  /** The epoch to stop before; 1 for evaluation and prediction. */
  readonly epochs: number;
  /** Batches in an epoch, where it is known. */
  readonly steps: number | undefined;
  /** How much it prints: nothing, a bar, or a line an epoch. */
  readonly verbose: 0 | 1 | 2;
}

/** What callbacks may do to any run. */
export interface RunControl {
  readonly model: TrainedModel;
  /** The method that runs; `fit` within its validation too. */
  readonly method: 'fit' | 'evaluate' | 'predict';
  /** For the validation within a fit, these are of the validation. */
  readonly params: RunParameters;
  /**
   * Whether the model computes with the average of its weights that the optimiser keeps (`useEma`). Training always goes on
   * with the weights themselves, and so does the model after a run, except that `fit` ends with the average. Setting it
   * throws `E_MODEL` where the optimiser keeps none.
   */
  usesAverage: boolean;
}

/** What callbacks may do to training. */
export interface TrainingControl extends RunControl {
  /** The learning rate of the steps to come; assign to change it. */
  learningRate: number;
  /**
   * Ends training after the running batch. Validation, `onEpochEnd` and `onTrainEnd` still come. When it is called in
   * `onBatchEnd`, the running batch is the next one.
   */
  stop(): void;
  /** Adds a figure to the logs of the running epoch: callbacks after this one see it in `onEpochEnd`, and so does the history. */
  report(name: string, value: number): void;
}

/**
 * Functions that are called during `fit`, `evaluate` and `predict`.
 *
 * The figures of a batch are read after the next batch was started, so that reading never holds up the work: `onBatchEnd` of
 * a batch comes after `onBatchBegin` of the next, the weights may be a step ahead, and a new learning rate set there counts
 * from the batch after the running one. `holdsStep` is for callbacks that need it otherwise. The same goes for the batches
 * of evaluation and prediction.
 *
 * What a callback throws ends the run and reaches its caller; the model keeps the weights of the steps that were taken.
 */
export interface Callback {
  onTrainBegin?(control: TrainingControl): void | Promise<void>;
  onEpochBegin?(epoch: number, control: TrainingControl): void | Promise<void>;
  onBatchBegin?(batch: number, control: TrainingControl): void | Promise<void>;
  /** Whether the step after a batch waits for the `onBatchEnd` of that batch, because it looks at the weights or sets them. */
  holdsStep?(batch: number): boolean;
  onBatchEnd?(batch: number, logs: BatchLogs, control: TrainingControl): void | Promise<void>;
  onEpochEnd?(epoch: number, logs: Logs, control: TrainingControl): void | Promise<void>;
  /** `logs` are those of the last epoch; empty where none ran. */
  onTrainEnd?(logs: Logs, control: TrainingControl): void | Promise<void>;
  /** What a backup of training keeps of the callback, so that it goes on where it was. See `backupAndRestore`. */
  getState?(): CallbackState;
  /** Takes back what `getState` gave, after `onTrainBegin`. It comes from a file, so it should be checked. */
  setState?(state: CallbackState): void;
  /** Before `evaluate`, and before the validation within `fit`. */
  onTestBegin?(control: RunControl): void | Promise<void>;
  onTestBatchBegin?(batch: number, control: RunControl): void | Promise<void>;
  onTestBatchEnd?(batch: number, logs: BatchLogs, control: RunControl): void | Promise<void>;
  onTestEnd?(logs: Logs, control: RunControl): void | Promise<void>;
  onPredictBegin?(control: RunControl): void | Promise<void>;
  onPredictBatchBegin?(batch: number, control: RunControl): void | Promise<void>;
  onPredictBatchEnd?(batch: number, logs: PredictionLogs, control: RunControl): void | Promise<void>;
  onPredictEnd?(control: RunControl): void | Promise<void>;
}
