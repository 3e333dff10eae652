/** The laws of the split: nothing lost, nothing twice, every class in proportion, the same seed the same split. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { apportion, stratifiedSplit } from './split.ts';

const problem = fc.array(fc.nat({ max: 9 }), { maxLength: 300 }).chain((labels) =>
  fc.record({
    labels: fc.constant(Int32Array.from(labels)),
    testCount: fc.nat({ max: labels.length }),
    seed: fc.nat(),
  }),
);

function countClasses(labels: Iterable<number>): number[] {
  const counts = new Array<number>(10).fill(0);
  for (const label of labels) {
    counts[label] = (counts[label] ?? 0) + 1;
  }
  return counts;
}

describe('stratifiedSplit', () => {
  test('the two parts are a permutation of all positions', () => {
    fc.assert(
      fc.property(problem, ({ labels, testCount, seed }) => {
        const { train, test: held } = stratifiedSplit(labels, testCount, seed);
        expect(held.length).toBe(testCount);
        expect([...train, ...held].sort((a, b) => a - b)).toEqual([...labels.keys()]);
      }),
    );
  });

  test('each class has its share of the test part, to less than one image', () => {
    fc.assert(
      fc.property(problem, ({ labels, testCount, seed }) => {
        const held = countClasses([...stratifiedSplit(labels, testCount, seed).test].map((at) => labels[at] ?? -1));
        for (const [label, count] of countClasses(labels).entries()) {
          const share = labels.length === 0 ? 0 : (count * testCount) / labels.length;
          expect(Math.abs((held[label] ?? 0) - share)).toBeLessThan(1);
        }
      }),
    );
  });

  test('the same seed gives the same split', () => {
    fc.assert(
      fc.property(problem, ({ labels, testCount, seed }) => {
        expect(stratifiedSplit(labels, testCount, seed)).toEqual(stratifiedSplit(labels, testCount, seed));
      }),
    );
  });

  test('another seed gives another split', () => {
    const labels = Int32Array.from({ length: 1000 }, (_, position) => position % 10);
    expect(stratifiedSplit(labels, 200, 1)).not.toEqual(stratifiedSplit(labels, 200, 2));
  });

  test('a split made today is the split made before', () => {
    const labels = Int32Array.from({ length: 30 }, (_, position) => position % 3);
    expect([...stratifiedSplit(labels, 6, 42).test]).toMatchInlineSnapshot(`
      [
        2,
        20,
        7,
        3,
        27,
        1,
      ]
    `);
  });
});

describe('apportion', () => {
  test('adds up and leaves no class beyond its count', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.nat({ max: 100_000 }), { minLength: 1, maxLength: 12 })
          .chain((counts) =>
            fc.tuple(fc.constant(counts), fc.nat({ max: counts.reduce((sum, count) => sum + count, 0) })),
          ),
        ([counts, testCount]) => {
          const shares = apportion(counts, testCount);
          expect(shares.reduce((sum, share) => sum + share, 0)).toBe(testCount);
          expect(shares.every((share, label) => share >= 0 && share <= (counts[label] ?? 0))).toBe(true);
        },
      ),
    );
  });

  test('gives equal remainders to the lower class', () => {
    expect(apportion([3, 3, 3, 3], 6)).toEqual([2, 2, 1, 1]);
  });

  test.each([[-1], [11], [1.5], [Number.NaN]])('refuses %d of 10', (testCount) => {
    expect(() => apportion([4, 6], testCount)).toThrow(/internal: .* of 10/);
  });
});
