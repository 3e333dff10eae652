/** Pins the generator to published values and checks the laws of what is drawn from it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RandomNumbers } from './random-numbers.ts';

describe('RandomNumbers', () => {
  test('gives the published SplitMix64 sequence for seed 1234567', () => {
    const random = new RandomNumbers(1234567);
    expect([random.next(), random.next(), random.next(), random.next(), random.next()]).toEqual([
      6457827717110365317n,
      3203168211198807973n,
      9817491932198370423n,
      4593380528125082431n,
      16408922859458223821n,
    ]);
  });

  test('draws integers below the bound', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, bound) => {
        const value = new RandomNumbers(seed).below(bound);
        expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
      }),
    );
  });

  test('draws every small integer about equally often', () => {
    const random = new RandomNumbers(3);
    const counts = new Array<number>(6).fill(0);
    for (let draw = 0; draw < 60_000; draw += 1) {
      const value = random.below(6);
      counts[value] = (counts[value] ?? 0) + 1;
    }
    // The standard deviation of each count is 91.
    for (const count of counts) {
      expect(Math.abs(count - 10_000)).toBeLessThan(500);
    }
  });

  test('a shuffle is a permutation and repeats with its seed', () => {
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.integer({ min: -1000, max: 1000 })), (seed, items) => {
        const once = new RandomNumbers(seed).shuffle(Int32Array.from(items));
        const again = new RandomNumbers(seed).shuffle(Int32Array.from(items));
        expect(once).toEqual(again);
        expect(once.slice().sort()).toEqual(Int32Array.from(items).sort());
      }),
    );
  });
});
