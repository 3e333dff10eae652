/** Callbacks: what a training run tells others, and how they steer it. */
import { raise, type Tensor } from '@deft/core';

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

/** The model as callbacks see it. */
export interface TrainedModel {
  /** Copies of all weights, in Keras's order. */
  getWeights(): Promise<Tensor[]>;
  setWeights(weights: readonly Tensor[]): Promise<void>;
}

/** What callbacks may do to a run. */
export interface TrainingControl {
  readonly model: TrainedModel;
  /** The learning rate of the steps to come; assign to change it. */
  learningRate: number;
  /** Ends training after the running epoch. */
  stop(): void;
}

/** Functions that are called during `fit`. Promises are waited for. */
export interface Callback {
  onTrainBegin?(control: TrainingControl): void | Promise<void>;
  onEpochBegin?(epoch: number, control: TrainingControl): void | Promise<void>;
  /**
   * The figures of a batch are read after the next batch was started, so this comes one batch late; a new learning rate
   * set here counts from the batch after the running one.
   */
  onBatchEnd?(batch: number, logs: BatchLogs, control: TrainingControl): void | Promise<void>;
  onEpochEnd?(epoch: number, logs: Logs, control: TrainingControl): void | Promise<void>;
  onTrainEnd?(control: TrainingControl): void | Promise<void>;
}

/** Options of `earlyStopping`. */
export interface EarlyStoppingOptions {
  /** The figure that should improve; `valLoss` unless told. */
  readonly monitor?: string;
  /** Epochs without improvement after which training stops; 0 unless told, which is the same as 1. */
  readonly patience?: number;
  /** An improvement must be larger than this; 0 unless told. */
  readonly minDelta?: number;
  /** `max` for figures that should grow; told by the name (`accuracy`) unless given. */
  readonly mode?: 'min' | 'max';
  /** Whether the weights of the best epoch come back at the end. */
  readonly restoreBestWeights?: boolean;
}

/**
 * Stops training when a figure no longer improves.
 *
 * @throws `E_MODEL` at the end of an epoch whose figures lack the monitored one
 * @example
 * ```ts
 * import { earlyStopping } from '@deft/keras';
 * const callbacks = [earlyStopping({ monitor: 'valAccuracy', patience: 3, restoreBestWeights: true })];
 * ```
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const { monitor = 'valLoss', patience = 0, minDelta = 0, restoreBestWeights = false } = options;
  const sign = (options.mode ?? (/accuracy/i.test(monitor) ? 'max' : 'min')) === 'max' ? -1 : 1;
  let best = Infinity;
  let waited = 0;
  let bestWeights: Tensor[] | undefined;
  return {
    onTrainBegin: () => {
      best = Infinity;
      waited = 0;
      bestWeights = undefined;
    },
    onEpochEnd: async (_, logs, control) => {
      const value = logs[monitor];
      if (value === undefined) {
        raise('E_MODEL', {
          op: 'earlyStopping',
          argument: 'monitor',
          expected: `one of ${Object.keys(logs).join(', ')}`,
          found: monitor,
        });
      }
      if (sign * value < best - minDelta) {
        best = sign * value;
        waited = 0;
        if (restoreBestWeights) bestWeights = await control.model.getWeights();
        return;
      }
      waited++;
      if (waited >= patience) control.stop();
    },
    onTrainEnd: async ({ model }) => {
      if (bestWeights !== undefined) await model.setWeights(bestWeights);
    },
  };
}

/**
 * Sets the learning rate at the beginning of every epoch.
 *
 * @param schedule from the epoch and the learning rate so far to the one to use
 * @example
 * ```ts
 * import { learningRateScheduler } from '@deft/keras';
 * const callbacks = [learningRateScheduler((epoch, rate) => (epoch < 2 ? rate : rate * 0.5))];
 * ```
 */
export function learningRateScheduler(schedule: (epoch: number, learningRate: number) => number): Callback {
  return {
    onEpochBegin: (epoch, control) => {
      control.learningRate = schedule(epoch, control.learningRate);
    },
  };
}
