/** `reduceLearningRateOnPlateau`: a smaller learning rate once a figure no longer improves. */
import { checkCount } from '../number-checks.ts';
import type { Callback } from './callback.ts';
import { numbersOf } from './callback-state.ts';
import { Monitor, type MonitorOptions } from './monitor.ts';
import { checkNumber } from './option-checks.ts';

/** Options of `reduceLearningRateOnPlateau`. */
export interface ReduceLearningRateOptions extends MonitorOptions {
  /** What the learning rate is multiplied with: from 0 to below 1, 0.1 unless told. */
  readonly factor?: number;
  /** Epochs without improvement after which it is; 10 unless told. */
  readonly patience?: number;
  /** An improvement must be larger than this; 0.0001 unless told. */
  readonly minDelta?: number;
  /** Epochs after a reduction that do not count; 0 unless told. */
  readonly cooldown?: number;
  /** The learning rate never falls below this; 0 unless told. */
  readonly minLearningRate?: number;
}

/**
 * Makes the learning rate smaller when a figure no longer improves (Keras's `ReduceLROnPlateau`), and reports the one of each
 * epoch as `learningRate`.
 *
 * @throws `E_MODEL` for options out of range, where the direction of the figure is not known, at the end of an epoch whose
 *   figures lack the monitored one, and where the optimiser has a schedule of its own
 * @example
 * ```ts
 * import { reduceLearningRateOnPlateau } from '@deft/keras';
 * const callbacks = [reduceLearningRateOnPlateau({ monitor: 'loss', factor: 0.5, patience: 2 })];
 * ```
 */
export function reduceLearningRateOnPlateau(options: ReduceLearningRateOptions = {}): Callback {
  const op = 'reduceLearningRateOnPlateau';
  const { factor = 0.1, patience = 10, minDelta = 1e-4, cooldown = 0, minLearningRate = 0 } = options;
  const monitor = new Monitor(op, options);
  checkNumber(op, 'factor', factor, 0, 1);
  checkCount(op, 'patience', patience, 0);
  checkNumber(op, 'minDelta', minDelta, 0);
  checkCount(op, 'cooldown', cooldown, 0);
  checkNumber(op, 'minLearningRate', minLearningRate, 0);
  let best = monitor.worst;
  let waited = 0;
  let cooling = 0;
  return {
    onTrainBegin: () => {
      best = monitor.worst;
      waited = 0;
      cooling = 0;
    },
    onEpochEnd: (_, logs, control) => {
      const rate = control.learningRate;
      control.report('learningRate', rate);
      const value = monitor.read(logs);
      if (cooling > 0) {
        cooling--;
        waited = 0;
      }
      if (monitor.improves(value, best, minDelta)) {
        best = value;
        waited = 0;
        return;
      }
      if (cooling > 0) return;
      waited++;
      if (waited < patience || rate <= minLearningRate) return;
      control.learningRate = Math.max(rate * factor, minLearningRate);
      cooling = cooldown;
      waited = 0;
    },
    getState: () => ({ values: { best, waited, cooling } }),
    setState: (state) => {
      ({ best, waited, cooling } = numbersOf(op, state, 'best', 'waited', 'cooling'));
    },
  };
}
