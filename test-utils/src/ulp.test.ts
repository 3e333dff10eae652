import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ulpDistance } from './ulp.ts';

describe('ulpDistance', () => {
  it('is a distance', () => {
    const number = fc.double({ noNaN: true });
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(ulpDistance(a, b, 'float64')).toBe(ulpDistance(b, a, 'float64'));
        expect(ulpDistance(a, b, 'float64') === 0).toBe(a === b);
        expect(ulpDistance(a, a, 'float64')).toBe(0);
      }),
    );
  });

  it('counts neighbours, across zero and up to infinity', () => {
    expect(ulpDistance(1, 1 + 2 ** -23)).toBe(1);
    expect(ulpDistance(1, 1 - 2 ** -24)).toBe(1);
    expect(ulpDistance(-(2 ** -149), 2 ** -149)).toBe(2);
    expect(ulpDistance(0, -0)).toBe(0);
    expect(ulpDistance((2 - 2 ** -23) * 2 ** 127, Number.POSITIVE_INFINITY)).toBe(1);
    expect(ulpDistance(1, 1 + Number.EPSILON, 'float64')).toBe(1);
    expect(ulpDistance(-Number.MIN_VALUE, Number.MIN_VALUE, 'float64')).toBe(2);
  });

  it('keeps NaN away from numbers, and whole numbers apart', () => {
    expect(ulpDistance(Number.NaN, Number.NaN)).toBe(0);
    expect(ulpDistance(Number.NaN, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(ulpDistance(3, 3, 'int32')).toBe(0);
    expect(ulpDistance(3, 4, 'int32')).toBe(Number.POSITIVE_INFINITY);
  });
});
