/**
 * Splits labelled data into a training and a test part. The split is stratified: every class has the same share of the
 * test part as of the whole, to the nearest image. It depends on labels, test count and seed alone.
 */
import { RandomNumbers } from './random-numbers.ts';

/** Positions in the data that was split; together they are a permutation of `0 … n - 1`. Both are in random order. */
export interface Split {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/**
 * How many test images each class gives: proportional to its count and rounded by largest remainder (Hamilton's
 * method), so that the parts add up to `testCount` and each is within one of its exact share. Equal remainders go to the
 * lower class.
 *
 * @param classCounts - how many images each class has
 * @param testCount - an integer from 0 to the sum of `classCounts`
 *
 * @example
 * ```ts
 * apportion([50, 30, 20], 10); // [5, 3, 2]
 * ```
 */
export function apportion(classCounts: readonly number[], testCount: number): number[] {
  const total = classCounts.reduce((sum, count) => sum + count, 0);
  if (!Number.isInteger(testCount) || testCount < 0 || testCount > total) {
    throw new RangeError(`internal: ${testCount} test images asked of ${total}`);
  }
  if (total === 0) {
    return classCounts.map(() => 0);
  }
  // count * testCount stays an exact integer below 2^53, so quotients and remainders carry no rounding.
  const shares = classCounts.map((count) => Math.floor((count * testCount) / total));
  const byRemainder = classCounts
    .map((count, label) => ({ label, remainder: (count * testCount) % total }))
    .sort((a, b) => b.remainder - a.remainder || a.label - b.label);
  const missing = testCount - shares.reduce((sum, share) => sum + share, 0);
  for (const { label } of byRemainder.slice(0, missing)) {
    shares[label] = (shares[label] ?? 0) + 1;
  }
  return shares;
}

/**
 * Splits by label.
 *
 * @param labels - the class of each item, non-negative integers
 * @param testCount - how many items go to the test part, at most `labels.length`
 * @param seed - the same seed gives the same split
 *
 * @example
 * ```ts
 * const { train, test } = stratifiedSplit(Int32Array.of(0, 0, 1, 1), 2, 7);
 * // test holds one position of each class
 * ```
 */
export function stratifiedSplit(labels: Int32Array, testCount: number, seed: number): Split {
  const members: number[][] = [];
  for (const [position, label] of labels.entries()) {
    while (members.length <= label) {
      members.push([]);
    }
    members[label]?.push(position);
  }
  const shares = apportion(
    members.map((positions) => positions.length),
    testCount,
  );
  const random = new RandomNumbers(seed);
  const test = new Int32Array(testCount);
  const train = new Int32Array(labels.length - testCount);
  let testFilled = 0;
  let trainFilled = 0;
  for (const [label, positions] of members.entries()) {
    const share = shares[label] ?? 0;
    const shuffled = random.shuffle(Int32Array.from(positions));
    test.set(shuffled.subarray(0, share), testFilled);
    train.set(shuffled.subarray(share), trainFilled);
    testFilled += share;
    trainFilled += shuffled.length - share;
  }
  return { train: random.shuffle(train), test: random.shuffle(test) };
}
