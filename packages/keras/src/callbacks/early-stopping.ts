/** `earlyStopping`: the end of training once a figure no longer improves. */
import { raise, type Tensor } from '@deft/core';
import type { Callback } from './callback.ts';

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
    onTrainEnd: async (_, { model }) => {
      if (bestWeights !== undefined) await model.setWeights(bestWeights);
    },
  };
}
