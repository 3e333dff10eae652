/** `key`: a random key. */
import { type Key, keyOfWords, wordsOfSeed } from './definition/random.ts';

/**
 * The random key of a seed. The same key gives the same numbers in every mode, on every backend; to draw twice, split it.
 *
 * @throws `E_ATTRIBUTE` unless the seed is a whole number from 0 to 2⁵³ − 1.
 * @example
 * ```ts
 * import { key, splitKey, unstack } from '@deft/tensor';
 * const [first, second] = unstack(splitKey(key(42)));
 * ```
 */
export function key(seed: number): Key {
  return keyOfWords(wordsOfSeed('key', seed));
}
