/** `exponentialDecay`: a learning rate that falls by a factor. */
import { recorded } from '@deft/core';
import { checkHyperParameter } from '../hyper-parameters.ts';
import { checkDecay, type Schedule } from './schedule.ts';

/** Options of `exponentialDecay` and `inverseTimeDecay`. */
export interface RateDecayOptions {
  /** After how many steps the rate has decayed once. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Whether the rate decays at once after every `decaySteps` rather than a little with each step; false unless told. */
  readonly staircase?: boolean;
}

/** How often the rate has decayed. */
export function decayCount(step: number, decaySteps: number, staircase: boolean): number {
  return staircase ? Math.floor(step / decaySteps) : step / decaySteps;
}

/**
 * `initialLearningRate · decayRate^(step / decaySteps)`; with `staircase` the exponent is rounded down. Keras's
 * `ExponentialDecay`.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { exponentialDecay } from '@deft/optim';
 * const schedule = exponentialDecay(0.5, { decaySteps: 100, decayRate: 0.5 });
 * console.log(schedule(0), schedule(100), schedule(200)); // 0.5 0.25 0.125
 * ```
 */
export function exponentialDecay(initialLearningRate: number, options: RateDecayOptions): Schedule {
  const { decaySteps, decayRate, staircase = false } = options;
  checkDecay('exponentialDecay', initialLearningRate, { decaySteps });
  checkHyperParameter('exponentialDecay', 'decayRate', decayRate, 0, Infinity);
  return recorded(
    'exponentialDecay',
    { initialLearningRate, ...options },
    (step: number) => initialLearningRate * decayRate ** decayCount(step, decaySteps, staircase),
  );
}
