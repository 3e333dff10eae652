/** Running totals over many elements and at special places, where the samples of the ops do not reach. */
import {
  cumMax,
  cumMin,
  cumProd,
  cumSum,
  grad,
  hessian,
  logCumSumExp,
  mul,
  slice,
  sum,
  type Tensor,
  tensor,
} from '@deft/tensor';
import { describe, expect, it } from 'vitest';

const vector = (values: readonly number[], dtype: 'float32' | 'float64' = 'float64'): Tensor =>
  tensor([...values], { dtype }) as Tensor;
const elements = (x: unknown): number[] => Array.from((x as Tensor).dataSync() as Iterable<number>);

describe('running sums', () => {
  const n = 100_003;

  it('of float32 are the sums of doubles, rounded', () => {
    const values = Array.from({ length: n }, (_, i) => Math.fround(Math.sin(i) + 0.1));
    let total = 0;
    const expected = values.map((value) => {
      total += value;
      return Math.fround(total);
    });
    expect(elements(cumSum(vector(values, 'float32')))).toEqual(expected);
  });

  it('of float64 lose nothing on the way', () => {
    const found = elements(cumSum(vector(Array.from({ length: n }, () => 0.1))));
    for (let i = 0; i < n; i += 97) {
      // (i + 1) times the double next to 0.1, in whole multiples of 2⁻⁵⁵.
      const exact = Number(BigInt(i + 1) * BigInt(0.1 * 2 ** 56)) / 2 ** 56;
      expect(found[i]).toBe(exact);
    }
  });

  it('of float64 stay infinite', () => {
    expect(elements(cumSum(vector([1, Infinity, 2, -Infinity])))).toEqual([1, Infinity, Infinity, Number.NaN]);
    expect(elements(cumSum(vector([1e308, 1e308, -1e308])))).toEqual([1e308, Infinity, Infinity]);
  });

  it.each(['float32', 'float64'] as const)('of %s keep the sign of zero', (dtype) => {
    expect(elements(cumSum(vector([-0, -0, 0], dtype)))).toEqual([-0, -0, 0]);
    expect(elements(cumSum(vector([-0, 1], dtype), { exclusive: true }))).toEqual([0, 0]);
  });

  it.each([1, 2, 3, 4, 5, 9])('of %i rows are those of each row', (rows) => {
    const x = tensor(
      Array.from({ length: rows }, (_, row) => [1, 2, 3].map((value) => value + 10 * row)),
      { dtype: 'float32' },
    ) as Tensor;
    const expected = Array.from({ length: rows }, (_, row) => [1, 3, 6].map((value, i) => value + 10 * row * (i + 1)));
    expect(cumSum(x, { axis: 1 }).toArray()).toEqual(expected);
  });
});

describe('running logarithms of sums', () => {
  it('are accurate where an exponential is tiny beside the largest', () => {
    const [first, second] = elements(logCumSumExp(vector([0, -60])));
    expect([first, second]).toEqual([0, Math.exp(-60)]);
  });

  it('begin with nothing', () => {
    const x = vector([-Infinity, -Infinity, 1, Infinity, 2]);
    expect(elements(logCumSumExp(x))).toEqual([-Infinity, -Infinity, 1, Infinity, Infinity]);
  });

  it('have the gradient of a long sum', () => {
    const n = 20_000;
    const last = (x: Tensor): Tensor => sum(slice(logCumSumExp(x) as Tensor, [n - 1], [1])) as Tensor;
    const found = elements(
      grad(last)(
        vector(
          Array.from({ length: n }, (_, i) => Math.sin(i)),
          'float32',
        ),
      ),
    );
    const total = Array.from({ length: n }, (_, i) => Math.exp(Math.sin(i))).reduce((a, b) => a + b);
    found.forEach((value, i) => {
      expect(Math.abs((value * total) / Math.exp(Math.sin(i)) - 1)).toBeLessThan(2e-6);
    });
  });
});

describe('running extremes', () => {
  it.each([
    ['cumMax', cumMax, 1],
    ['cumMin', cumMin, -1],
  ] as const)('%s gives equal elements equal shares, NaN none', (_, f, sign) => {
    const x = [1, 3, 3, 2, 3, Number.NaN, 5].map((value) => value * sign);
    const weights = [1, 10, 100, 1000, 10000, 1e5, 1e6];
    const weighted = (value: Tensor): Tensor => sum(mul(f(value), vector(weights))) as Tensor;
    const [first, second, third, ...rest] = elements(grad(weighted)(vector(x)));
    expect(first).toBe(1);
    expect(second).toBeCloseTo(10 + 1100 / 2 + 10000 / 3, 9);
    expect(third).toBeCloseTo(1100 / 2 + 10000 / 3, 9);
    expect(rest[0]).toBe(0);
    expect(rest[1]).toBeCloseTo(10000 / 3, 9);
    expect(rest.slice(2)).toEqual([0, 0]);
  });
});

describe('second derivatives', () => {
  it('of a product that leaves out its own element', () => {
    const f = (x: Tensor): Tensor => sum(cumProd(x, { exclusive: true, reverse: true })) as Tensor;
    const found = (hessian(f) as (x: Tensor) => Tensor)(vector([5, 2, 0, 3]));
    // The results are 1, x₃, x₂x₃ and x₁x₂x₃.
    expect(found.toArray()).toEqual([
      [0, 0, 0, 0],
      [0, 0, 3, 0],
      [0, 3, 0, 3],
      [0, 0, 3, 0],
    ]);
  });

  it('of a logarithm of a sum', () => {
    const f = (x: Tensor): Tensor => sum(logCumSumExp(x)) as Tensor;
    const found = (hessian(f) as (x: Tensor) => Tensor)(vector([1, 1])).toArray() as number[][];
    found.flat().forEach((value, i) => {
      expect(value).toBeCloseTo([0.25, -0.25, -0.25, 0.25][i] as number, 12);
    });
  });
});
