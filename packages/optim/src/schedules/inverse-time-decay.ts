/** `inverseTimeDecay`: a learning rate that falls like the inverse of the steps taken. */
import { recorded } from '@deft/core';
import { checkHyperParameter } from '../hyper-parameters.ts';
import { decayCount, type RateDecayOptions } from './exponential-decay.ts';
import { checkDecay, type Schedule } from './schedule.ts';

/**
 * `initialLearningRate / (1 + decayRate · step / decaySteps)`; with `staircase` the quotient is rounded down. Keras's
 * `InverseTimeDecay`.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { inverseTimeDecay } from '@deft/optim';
 * const schedule = inverseTimeDecay(0.5, { decaySteps: 10, decayRate: 1 });
 * console.log(schedule(0), schedule(10), schedule(30)); // 0.5 0.25 0.125
 * ```
 */
export function inverseTimeDecay(initialLearningRate: number, options: RateDecayOptions): Schedule {
  const { decaySteps, decayRate, staircase = false } = options;
  checkDecay('inverseTimeDecay', initialLearningRate, { decaySteps });
  checkHyperParameter('inverseTimeDecay', 'decayRate', decayRate, 0, Infinity);
  return recorded(
    'inverseTimeDecay',
    { initialLearningRate, ...options },
    (step: number) => initialLearningRate / (1 + decayRate * decayCount(step, decaySteps, staircase)),
  );
}
