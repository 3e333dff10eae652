/** Laws of randomness that samples cannot say: published vectors, independence of keys, moments, the global generator. */
import { inferByRunning, type Tensor } from '@deft/core';
import { describe, expect, test } from 'vitest';
import {
  dropout,
  erf,
  erfInv,
  foldIn,
  key,
  linspace,
  ones,
  randomBits,
  randomInteger,
  randomNormal,
  randomPermutation,
  randomUniform,
  seed,
  shuffle,
  sort,
  splitKey,
  tensor,
  threefry,
  truncatedNormal,
} from './index.ts';

const numbers = (x: Tensor): number[] => Array.from(x.dataSync());

function moments(x: Tensor): { mean: number; variance: number } {
  const values = numbers(x);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  return { mean, variance: values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length };
}

describe('the generator', () => {
  const vectors = [
    { counter: [0, 0], key: [0, 0], gives: [0x6b200159, 0x99ba4efe] },
    { counter: [0xffffffff, 0xffffffff], key: [0xffffffff, 0xffffffff], gives: [0x1cb996fc, 0xbb002be7] },
    { counter: [0x243f6a88, 0x85a308d3], key: [0x13198a2e, 0x03707344], gives: [0xc4923a9c, 0x483df7a0] },
  ] as const;
  test.each(vectors)('gives the published words for key $key', ({ counter, key: [high, low], gives }) => {
    const word = (value: number): Tensor => tensor(value, { dtype: 'uint32' });
    const words = ([0, 1] as const).map((which) =>
      threefry(word(high), word(low), word(counter[0]), { shape: [], stream: counter[1], word: which }).item(),
    );
    expect(words).toEqual([...gives]);
  });

  test('gives the same numbers whatever the shape', () => {
    expect(numbers(randomBits([2, 3], { key: key(1) }))).toEqual(numbers(randomBits([6], { key: key(1) })));
  });

  test('never gives two uses of a key the same words', () => {
    const k = key(7);
    const all = [randomBits([64], { key: k }), splitKey(k, 32), foldIn(k, 0), foldIn(k, 1), foldIn(k, -1)].flatMap(
      numbers,
    );
    expect(new Set(all).size).toBe(all.length);
  });
});

describe('distributions', () => {
  const shape = [20_000];
  test('uniform', () => {
    const x = randomUniform(shape, { key: key(1), minimum: -1, maximum: 3 });
    const { mean, variance } = moments(x);
    expect(mean).toBeCloseTo(1, 1);
    expect(variance).toBeCloseTo(16 / 12, 1);
    expect(Math.min(...numbers(x))).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...numbers(x))).toBeLessThan(3);
  });

  test.each(['float32', 'float64'] as const)('normal in %s', (dtype) => {
    const { mean, variance } = moments(randomNormal(shape, { key: key(2), mean: 1, standardDeviation: 0.5, dtype }));
    expect(mean).toBeCloseTo(1, 1);
    expect(variance).toBeCloseTo(0.25, 1);
  });

  test('truncated normal stays within two deviations', () => {
    const x = truncatedNormal(shape, { key: key(3) });
    expect(Math.max(...numbers(x).map(Math.abs))).toBeLessThanOrEqual(2);
    expect(moments(x).variance).toBeCloseTo(0.774, 1);
  });

  test('integers reach every number of their range and no other', () => {
    const x = randomInteger([1000], { key: key(4), minimum: 1, maximum: 7 });
    expect([...new Set(numbers(x))].sort()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('permutation and shuffle keep every element', () => {
    const ascending = Array.from({ length: 50 }, (_, i) => i);
    expect(numbers(sort(randomPermutation(50, { key: key(5) })))).toEqual(ascending);
    expect(numbers(sort(shuffle(tensor(ascending), { key: key(5) })))).toEqual(ascending);
    expect(numbers(randomPermutation(50, { key: key(5) }))).not.toEqual(ascending);
  });

  test('dropout keeps the expected sum', () => {
    expect(moments(dropout(ones(shape), { key: key(6), rate: 0.2 })).mean).toBeCloseTo(1, 1);
  });
});

test.each(['float32', 'float64'] as const)('erfInv undoes erf in %s', (dtype) => {
  const x = linspace(-0.999, 0.999, 101, dtype);
  const back = numbers(erf(erfInv(x)));
  numbers(x).forEach((value, i) => {
    expect(Math.abs((back[i] as number) - value)).toBeLessThan(dtype === 'float32' ? 2e-7 : 1e-15);
  });
});

describe('the global generator', () => {
  test('starts anew with a seed and goes on by itself', () => {
    seed(5);
    const [first, second] = [numbers(randomUniform([4])), numbers(randomUniform([4]))];
    seed(5);
    expect(numbers(randomUniform([4]))).toEqual(first);
    expect(second).not.toEqual(first);
  });

  test('is not drawn on where only shapes are asked for', () => {
    seed(4);
    const expected = numbers(randomUniform([4]));
    seed(4);
    expect(inferByRunning(() => [randomUniform([4]), randomUniform([2])], []).map(({ text }) => text)).toEqual([
      'float32[4]',
      'float32[2]',
    ]);
    expect(numbers(randomUniform([4]))).toEqual(expected);
  });

  test.each([-1, 1.5, Number.NaN, 2 ** 60])('refuses the seed %s', (value) => {
    expect(() => seed(value)).toThrow(/seed: seed: expected a whole number/);
    expect(() => key(value)).toThrow(/key: seed: expected a whole number/);
  });
});
