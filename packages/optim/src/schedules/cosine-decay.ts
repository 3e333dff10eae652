/** `cosineDecay`: a learning rate that falls along half a cosine wave, after warming up if asked for. */
import { raise, recorded } from '@deft/core';
import { checkCount, checkHyperParameter } from '../hyper-parameters.ts';
import { linearWarmup } from './linear-warmup.ts';
import { checkDecay, type Schedule } from './schedule.ts';

/** Options of `cosineDecay`. */
export interface CosineDecayOptions {
  /** Steps of the decay, after those of the warm-up. */
  readonly decaySteps: number;
  /** The share of the learning rate that is left at the end; 0 unless told. */
  readonly alpha?: number;
  /** The learning rate that the warm-up leads to and the decay begins with; without it there is no warm-up. */
  readonly warmupTarget?: number;
  /** Steps from the initial learning rate to `warmupTarget`. */
  readonly warmupSteps?: number;
}

/** Half a cosine wave from 1 down to `alpha`, over progress from 0 to 1. */
export function halfCosine(progress: number, alpha: number): number {
  return alpha + ((1 - alpha) * (1 + Math.cos(Math.PI * progress))) / 2;
}

/**
 * Half a cosine wave from the initial learning rate down to `alpha` times it over `decaySteps`, constant afterwards. With
 * `warmupTarget` the rate first rises linearly from the initial one to it over `warmupSteps`, and the wave begins there.
 * Loshchilov and Hutter, 2017; Keras's `CosineDecay`.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { cosineDecay } from '@deft/optim';
 * const schedule = cosineDecay(0, { decaySteps: 1000, warmupTarget: 0.5, warmupSteps: 100 });
 * console.log(schedule(0), schedule(50), schedule(100), schedule(1100)); // 0 0.25 0.5 0
 * ```
 */
export function cosineDecay(initialLearningRate: number, options: CosineDecayOptions): Schedule {
  const { decaySteps, alpha = 0, warmupTarget, warmupSteps = 0 } = options;
  checkDecay('cosineDecay', initialLearningRate, { decaySteps });
  checkHyperParameter('cosineDecay', 'alpha', alpha, 0, Infinity);
  checkCount('cosineDecay', 'warmupSteps', warmupSteps, 0);
  const from = warmupTarget ?? initialLearningRate;
  const decay: Schedule = (step) => from * halfCosine(Math.min(step, decaySteps) / decaySteps, alpha);
  if (warmupTarget === undefined) {
    if (warmupSteps > 0) {
      raise('E_ATTRIBUTE', {
        op: 'cosineDecay',
        argument: 'warmupTarget',
        expected: 'the learning rate that warmupSteps lead to',
        found: 'none',
      });
    }
    return recorded('cosineDecay', { initialLearningRate, ...options }, decay);
  }
  checkHyperParameter('cosineDecay', 'warmupTarget', warmupTarget, 0, Infinity);
  const whole = warmupSteps === 0 ? decay : linearWarmup(decay, { warmupSteps, initialLearningRate });
  return recorded('cosineDecay', { initialLearningRate, ...options }, whole);
}
