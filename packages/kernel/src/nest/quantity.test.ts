import { expect, it } from 'vitest';
import { Quantities } from './quantity.ts';

it('unknown numbers that are equal in every sample are one, but 0 and −0 are two', () => {
  const quantities = new Quantities([
    { zero: 0, negative: -0, same: 0 },
    { zero: 3, negative: 3, same: 3 },
  ]);
  const zero = quantities.of((sample) => sample.zero);
  expect(quantities.of((sample) => sample.same)).toBe(zero);
  expect(quantities.of((sample) => sample.negative)).not.toBe(zero);
});
