/** The complementary error function against published values (DLMF, table 7.23) and its own laws. */
import { add, erf, erfc, tensor } from '@deft/tensor';
import { ulpDistance } from '@deft/test-utils';
import { expect, it } from 'vitest';

const published: readonly (readonly [x: number, value: number])[] = [
  [0.5, 0.4795001221869535],
  [1, 0.15729920705028513],
  [2, 0.004677734981047266],
  [3, 2.209049699858544e-5],
  [5, 1.537459794428035e-12],
  [10, 2.088487583762545e-45],
  [-1, 1.8427007929497148],
  [-3, 1.9999779095030015],
];

it('has the published values', () => {
  const found = erfc(
    tensor(
      published.map(([x]) => x),
      { dtype: 'float64' },
    ),
  ).dataSync();
  published.forEach(([x, value], i) => {
    expect(Math.abs(Number(found[i]) / value - 1), `at ${x}`).toBeLessThan(4e-15);
  });
  const single = erfc(tensor(published.map(([x]) => x))).dataSync();
  published.forEach(([x, value], i) => {
    if (x < 10) expect(ulpDistance(Math.fround(value), Number(single[i]), 'float32'), `at ${x}`).toBeLessThanOrEqual(8);
  });
});

it('adds up to 1 with erf, and to 2 with its reflection', () => {
  const x = tensor(
    Array.from({ length: 81 }, (_, i) => (i - 40) / 8),
    { dtype: 'float64' },
  );
  for (const sum of add(erf(x), erfc(x)).dataSync()) expect(Number(sum)).toBeCloseTo(1, 14);
  const values = Array.from(erfc(x).dataSync(), Number);
  values.forEach((value, i) => {
    expect(value + (values[80 - i] as number)).toBeCloseTo(2, 14);
  });
});

it('is continued by its asymptotic series', () => {
  const places = [6, 8, 15, 25];
  const found = erfc(tensor(places, { dtype: 'float64' })).dataSync();
  places.forEach((x, i) => {
    let [term, total] = [1, 1];
    for (let k = 1; k < x * x && Math.abs(term) > 1e-17; k++) {
      term *= -(2 * k - 1) / (2 * x * x);
      total += term;
    }
    const want = (Math.exp(-x * x) / (x * Math.sqrt(Math.PI))) * total;
    expect(Math.abs(Number(found[i]) / want - 1), `at ${x}`).toBeLessThan(1e-14);
  });
});
