/** `seed`: starts the global generator. */
import { setGlobalKey } from './definition/global-generator.ts';
import { wordsOfSeed } from './definition/random.ts';

/**
 * Starts the global generator anew: the one that random ops take their key from when they are given none. It starts from
 * seed 0. Captured functions draw the numbers that they would draw at once.
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
