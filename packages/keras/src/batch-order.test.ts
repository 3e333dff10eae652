import fc from 'fast-check';
import { expect, it } from 'vitest';
import { epochOrder } from './batch-order.ts';

const word = fc.nat({ max: 2 ** 32 - 1 });

it('visits every example once', () => {
  fc.assert(
    fc.property(word, fc.nat(100), fc.nat(300), (seed, epoch, count) => {
      const order = epochOrder(seed, epoch, count);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, i) => i));
    }),
  );
});

it('is a pure function of seed and epoch, and differs between them', () => {
  expect(epochOrder(7, 3, 50)).toEqual(epochOrder(7, 3, 50));
  expect(epochOrder(7, 3, 50)).not.toEqual(epochOrder(7, 4, 50));
  expect(epochOrder(7, 3, 50)).not.toEqual(epochOrder(8, 3, 50));
});

it('stays what it was, so that a fit can be repeated with a later version', () => {
  expect([...epochOrder(7, 3, 8)]).toEqual([4, 1, 5, 3, 7, 2, 6, 0]);
  expect([...epochOrder(7, 3, 9)]).toEqual([6, 7, 1, 0, 5, 2, 4, 8, 3]);
});

it('puts every example at every place equally often', () => {
  const count = 8;
  const draws = 4000;
  const seen = Array.from({ length: count }, () => new Array<number>(count).fill(0));
  for (let epoch = 0; epoch < draws; epoch++) {
    epochOrder(1, epoch, count).forEach((example, place) => {
      const row = seen[example] as number[];
      row[place] = (row[place] as number) + 1;
    });
  }
  const expected = draws / count;
  const chi = seen.flat().reduce((total, found) => total + (found - expected) ** 2 / expected, 0);
  // 49 degrees of freedom: beyond 90 once in 3,000 families of seeds.
  expect(chi).toBeLessThan(90);
});
