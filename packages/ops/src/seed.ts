/** `seed`: starts the global generator. */
import { setGlobalKey, wordsOfSeed } from './definition/random.ts';

/**
 * Starts the global generator anew: the one that random ops take their key from when they are given none. It starts from
 * seed 0. A capture cannot use it; give captured functions a key.
 *
 * @throws `E_ATTRIBUTE` unless the value is a whole number from 0 to 2⁵³ − 1.
 * @example
 * ```ts
 * import { randomNormal, seed } from '@deft/tensor';
 * seed(42);
 * const x = randomNormal([2, 3]);
 * ```
 */
export function seed(value: number): void {
  setGlobalKey(wordsOfSeed('seed', value));
}
