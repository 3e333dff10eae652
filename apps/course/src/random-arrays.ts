/** Nested arrays of random numbers, from a stream that a seed fixes. */
import type { RandomNumbers } from '@deft/digits';

/** A number from `low` to just below `high`, each as likely. */
export function uniform(random: RandomNumbers, low: number, high: number): number {
  return low + ((high - low) * random.below(2 ** 32)) / 2 ** 32;
}

/** A number of the normal distribution (Box and Muller, "A note on the generation of random normal deviates", 1958). */
export function normal(random: RandomNumbers): number {
  const radius = Math.sqrt(-2 * Math.log(1 - uniform(random, 0, 1)));
  return radius * Math.cos(2 * Math.PI * uniform(random, 0, 1));
}

/** Rows of numbers from `-reach` to `reach`. */
export function uniformRows(random: RandomNumbers, rows: number, columns: number, reach: number): number[][] {
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => uniform(random, -reach, reach)));
}
