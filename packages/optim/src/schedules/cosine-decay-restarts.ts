/** `cosineDecayRestarts`: half cosine waves one after the other. */
import { raise, recorded } from '@deft/core';
import { checkHyperParameter } from '../hyper-parameters.ts';
import { halfCosine } from './cosine-decay.ts';
import { checkDecay, type Schedule } from './schedule.ts';

/** Options of `cosineDecayRestarts`. */
export interface CosineDecayRestartsOptions {
  /** Steps of the first wave. */
  readonly firstDecaySteps: number;
  /** How many times as long each wave is as the one before; 2 unless told, at least 1. */
  readonly tMul?: number;
  /** How many times as high each wave begins as the one before; 1 unless told. */
  readonly mMul?: number;
  /** The share of the initial learning rate that is left at the end of a wave; 0 unless told. */
  readonly alpha?: number;
}

/**
 * Half cosine waves from the initial learning rate down to `alpha` times it; after each the rate jumps back, to `mMul`
 * times what the last wave began with, and the next wave takes `tMul` times as long. Loshchilov and Hutter, 2017; Keras's
 * `CosineDecayRestarts`.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { cosineDecayRestarts } from '@deft/optim';
 * const schedule = cosineDecayRestarts(1, { firstDecaySteps: 10, mMul: 0.5 });
 * console.log(schedule(0), schedule(10), schedule(30)); // 1 0.5 0.25
 * ```
 */
export function cosineDecayRestarts(initialLearningRate: number, options: CosineDecayRestartsOptions): Schedule {
  const { firstDecaySteps, tMul = 2, mMul = 1, alpha = 0 } = options;
  checkDecay('cosineDecayRestarts', initialLearningRate, { firstDecaySteps });
  if (!(tMul >= 1 && tMul < Infinity)) {
    const expected = 'a finite number of at least 1';
    raise('E_ATTRIBUTE', { op: 'cosineDecayRestarts', argument: 'tMul', expected, found: String(tMul) });
  }
  checkHyperParameter('cosineDecayRestarts', 'mMul', mMul, 0, Infinity);
  checkHyperParameter('cosineDecayRestarts', 'alpha', alpha, 0, Infinity);
  return recorded('cosineDecayRestarts', { initialLearningRate, ...options }, (step: number) => {
    let restarts = tMul === 1 ? Math.floor(step / firstDecaySteps) : 0;
    let start = restarts * firstDecaySteps;
    let length = firstDecaySteps;
    // Waves that grow are few: a walk over them is exact where logarithms miss a restart by rounding.
    while (tMul > 1 && step - start >= length) {
      start += length;
      length *= tMul;
      restarts++;
    }
    const height = mMul ** restarts;
    const wave = halfCosine((step - start) / length, 0);
    return initialLearningRate * ((1 - alpha) * height * wave + alpha);
  });
}
