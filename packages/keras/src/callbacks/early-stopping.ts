/** `earlyStopping`: the end of training once a figure no longer improves. */
import type { Tensor } from '@deft/core';
import { checkCount } from '../number-checks.ts';
import type { Callback } from './callback.ts';
import { numbersOf } from './callback-state.ts';
import { Monitor, type MonitorOptions } from './monitor.ts';
import { checkNumber } from './option-checks.ts';

/** Options of `earlyStopping`. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without improvement after which training stops; 0 unless told, which is the same as 1. */
  readonly patience?: number;
  /** An improvement must be larger than this; 0 unless told. Its sign does not matter. */
  readonly minDelta?: number;
  /** A value that has to be surpassed too: epochs that are not better count as such without improvement. */
  readonly baseline?: number;
  /** Whether the weights of the best epoch come back at the end, were it better than the baseline or not. */
  readonly restoreBestWeights?: boolean;
  /** Epochs before this one are not looked at; 0 unless told. */
  readonly startFromEpoch?: number;
}

/**
 * Stops training when a figure no longer improves. May be used for several runs, each of which starts afresh.
 *
 * @throws `E_MODEL` for options out of range, where the direction of the figure is not known, and at the end of an epoch
 *   whose figures lack the monitored one
 * @example
 * ```ts
 * import { earlyStopping } from '@deft/keras';
 * const callbacks = [earlyStopping({ monitor: 'valAccuracy', patience: 3, restoreBestWeights: true })];
 * ```
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const op = 'earlyStopping';
  const { patience = 0, minDelta = 0, baseline, restoreBestWeights = false, startFromEpoch = 0 } = options;
  const monitor = new Monitor(op, options);
  checkCount(op, 'patience', patience, 0);
  checkCount(op, 'startFromEpoch', startFromEpoch, 0);
  checkNumber(op, 'minDelta', minDelta);
  if (baseline !== undefined) checkNumber(op, 'baseline', baseline);
  const least = Math.abs(minDelta);
  let best = monitor.worst;
  let waited = 0;
  let bestWeights: Tensor[] | undefined;
  return {
    onTrainBegin: () => {
      best = monitor.worst;
      waited = 0;
      bestWeights = undefined;
    },
    onEpochEnd: async (epoch, logs, control) => {
      const value = monitor.read(logs);
      if (epoch < startFromEpoch) return;
      const isBest = monitor.improves(value, best, least);
      if (isBest) best = value;
      // The first epoch is the best so far even where its figure is NaN.
      if (restoreBestWeights && (isBest || !bestWeights)) bestWeights = await control.model.getWeights();
      waited++;
      if (isBest && (baseline === undefined || monitor.improves(value, baseline, least))) {
        waited = 0;
      } else if (waited >= patience && epoch > 0) {
        control.stop();
      }
    },
    onTrainEnd: async (_, { model }) => {
      if (bestWeights) await model.setWeights(bestWeights);
      bestWeights = undefined;
    },
    getState: () => ({ values: { best, waited }, ...(bestWeights && { tensors: bestWeights }) }),
    setState: (state) => {
      ({ best, waited } = numbersOf(op, state, 'best', 'waited'));
      bestWeights = state.tensors?.length ? [...state.tensors] : undefined;
    },
  };
}
