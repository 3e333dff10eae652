import { nd } from '@deft/core';
import { describe, expect, it } from 'vitest';
import { tensorMatchers } from './matchers.ts';

expect.extend(tensorMatchers);

describe('toBeCloseToTensor', () => {
  const x = nd([2, 2], [1, 2, 3, 4]);

  it('takes elements within the units in the last place or the tolerances given', () => {
    expect(x).toBeCloseToTensor(nd([2, 2], [1 + 2 ** -22, 2, 3, 4]), { ulp: 2 });
    expect(x).not.toBeCloseToTensor(nd([2, 2], [1 + 2 ** -22, 2, 3, 4]), { ulp: 1 });
    expect(x).toBeCloseToTensor(nd([2, 2], [1, 2, 3, 4.04]), { rtol: 0.01 });
    expect(x).toBeCloseToTensor(nd([2, 2], [1, 2, 3, 4.5]), { atol: 0.5 });
    expect(nd([2], [0.5, 400])).toBeCloseToTensor(nd([2], [0.59, 439]), { tolerance: 0.1 });
    expect(nd([1], [1])).not.toBeCloseToTensor(nd([1], [1.11]), { tolerance: 0.09 });
    expect(nd([2], [Number.NaN, 0])).toBeCloseToTensor(nd([2], [Number.NaN, -0]));
    expect(nd([1], [Number.POSITIVE_INFINITY])).not.toBeCloseToTensor(nd([1], [Number.NEGATIVE_INFINITY]), { rtol: 1 });
  });

  it('names the worst element, both values and their distance', () => {
    expect(() => expect(nd([2, 2], [1, 2, 9, 4.5])).toBeCloseToTensor(x, { ulp: 4 })).toThrow(
      /float32\[2, 2\]: 2 of 4 elements differ, the worst at \[1, 0\]: expected 3, got 9 \(\d+ ulp apart\)/,
    );
  });

  it('compares shape and dtype first', () => {
    expect(() => expect(nd([4], [1, 2, 3, 4])).toBeCloseToTensor(x)).toThrow('expected float32[2, 2], got float32[4]');
    expect(() => expect(nd([2, 2], [1, 2, 3, 4], 'float64')).toBeCloseToTensor(x)).toThrow('got float64[2, 2]');
  });
});

describe('toHaveBitsOf', () => {
  it('tells zeros apart and takes NaN for NaN', () => {
    expect(nd([2], [Number.NaN, -0])).toHaveBitsOf(nd([2], [Number.NaN, -0]));
    expect(() => expect(nd([2], [1, -0])).toHaveBitsOf(nd([2], [1, 0]))).toThrow(/at \[1\]: expected 0, got -0/);
  });
});
