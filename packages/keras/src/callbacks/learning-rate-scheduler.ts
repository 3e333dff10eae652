/** `learningRateScheduler`: the learning rate as a function of the epoch. */
import type { Callback } from './callback.ts';
import { checkNumber } from './option-checks.ts';

/**
 * Sets the learning rate at the beginning of every epoch, and reports it at the end as `learningRate`.
 *
 * @param schedule from the epoch and the learning rate so far to the one to use
 * @throws `E_MODEL` at the beginning of an epoch for which the schedule gives no finite number of at least 0, and where the
 *   optimiser has a schedule of its own
 * @example
 * ```ts
 * import { learningRateScheduler } from '@deft/keras';
 * const callbacks = [learningRateScheduler((epoch, rate) => (epoch < 2 ? rate : rate * 0.5))];
 * ```
 */
export function learningRateScheduler(schedule: (epoch: number, learningRate: number) => number): Callback {
  return {
    onEpochBegin: (epoch, control) => {
      const rate = schedule(epoch, control.learningRate);
      checkNumber('learningRateScheduler', 'schedule', rate, 0);
      control.learningRate = rate;
    },
    onEpochEnd: (_, __, control) => control.report('learningRate', control.learningRate),
  };
}
