/** `linearWarmup`: a schedule that begins with a rise. */
import { recorded } from '@deft/core';
import { checkCount, checkHyperParameter } from '../hyper-parameters.ts';
import type { Schedule } from './schedule.ts';

/** Options of `linearWarmup`. */
export interface LinearWarmupOptions {
  readonly warmupSteps: number;
  /** Where the rise begins; 0 unless told. */
  readonly initialLearningRate?: number;
}

/**
 * Rises linearly to where a schedule (or a constant learning rate) begins over `warmupSteps`, and follows it from there.
 *
 * Source: Goyal et al., 2017. Keras has a warm-up in `CosineDecay` only.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { exponentialDecay, linearWarmup } from '@deft/optim';
 * const schedule = linearWarmup(exponentialDecay(0.5, { decaySteps: 100, decayRate: 0.5 }), { warmupSteps: 10 });
 * console.log(schedule(0), schedule(5), schedule(10), schedule(110)); // 0 0.25 0.5 0.25
 * ```
 */
export function linearWarmup(after: Schedule | number, options: LinearWarmupOptions): Schedule {
  const { warmupSteps, initialLearningRate = 0 } = options;
  checkCount('linearWarmup', 'warmupSteps', warmupSteps);
  checkHyperParameter('linearWarmup', 'initialLearningRate', initialLearningRate, 0, Infinity);
  const schedule: Schedule = typeof after === 'number' ? () => after : after;
  const target = schedule(0);
  checkHyperParameter('linearWarmup', 'after', target, 0, Infinity);
  return recorded('linearWarmup', { after, ...options }, (step: number) =>
    step < warmupSteps
      ? initialLearningRate + ((target - initialLearningRate) * step) / warmupSteps
      : schedule(step - warmupSteps),
  );
}
