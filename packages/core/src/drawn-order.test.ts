import fc from 'fast-check';
import { expect, it } from 'vitest';
import { drawnOrder } from './drawn-order.ts';

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

it('gives every order for exactly one choice of places, which are asked for from the last to the second', () => {
  fc.assert(
    fc.property(fc.nat({ max: 6 }), (count) => {
      const found = new Set<string>();
      for (let choice = 0; choice < factorial(count); choice++) {
        let rest = choice;
        const asked: number[] = [];
        const order = drawnOrder(count, (place) => {
          asked.push(place);
          const other = rest % (place + 1);
          rest = Math.floor(rest / (place + 1));
          return (other + 0.5) / (place + 1);
        });
        expect(asked).toEqual(Array.from({ length: Math.max(0, count - 1) }, (_, i) => count - 1 - i));
        expect([...order].sort()).toEqual(Array.from({ length: count }, (_, i) => i));
        found.add(order.join());
      }
      expect(found.size).toBe(factorial(count));
    }),
  );
});

it('takes the ends of what fractions may be', () => {
  expect([...drawnOrder(5, () => 0)]).toEqual([1, 2, 3, 4, 0]);
  expect([...drawnOrder(5, () => 1 - 2 ** -32)]).toEqual([0, 1, 2, 3, 4]);
});
