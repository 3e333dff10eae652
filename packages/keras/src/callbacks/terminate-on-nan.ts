/** `terminateOnNaN`: the end of training once the loss is no number any more. */
import { raise } from '@deft/core';
import { printLine } from '../environment.ts';
import type { Callback } from './callback.ts';

/** Options of `terminateOnNaN`. */
export interface TerminateOnNaNOptions {
  /**
   * Whether `fit` throws, so that no other callback takes the run for a good one (`onEpochEnd` and `onTrainEnd` do not
   * come); false unless told.
   */
  readonly raiseError?: boolean;
}

/**
 * Ends training, in the middle of the epoch, when the loss is NaN or infinite. Batches are read one late, so the step after
 * the first bad one is taken too.
 *
 * @throws `E_MODEL` from `fit`, if asked for
 * @example
 * ```ts
 * import { terminateOnNaN } from '@deft/keras';
 * const callbacks = [terminateOnNaN()];
 * ```
 */
export function terminateOnNaN(options: TerminateOnNaNOptions = {}): Callback {
  const { raiseError = false } = options;
  let said = false;
  return {
    onTrainBegin: () => {
      said = false;
    },
    onBatchEnd: (batch, { loss }, control) => {
      if (Number.isFinite(loss)) return;
      if (raiseError) raise('E_MODEL', { op: 'fit', says: `the loss at the end of batch ${batch} is ${loss}` });
      if (!said) printLine(`batch ${batch}: the loss is ${loss}, training ends`);
      said = true;
      control.stop();
    },
  };
}
