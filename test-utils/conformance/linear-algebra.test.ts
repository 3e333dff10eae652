/**
 * Laws of the decompositions on random matrices of many sizes, in float32 on WebAssembly: factors multiply back to the matrix,
 * orthonormal ones are orthonormal, spectra are in order. Errors are measured against the size of the matrix.
 */
import { ndFilled, randomNumbers, type Tensor, tensorOfCopy } from '@deft/core';
import * as d from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const size = fc.integer({ min: 1, max: 24 });
const seed = fc.nat();

function matrix(rows: number, columns: number, from: number): Tensor {
  const random = randomNumbers(from);
  return tensorOfCopy(ndFilled([2, rows, columns], 'float32', random));
}

const flip = (x: Tensor): Tensor => d.swapAxes(x, -1, -2) as Tensor;
const unit = (n: number): Tensor => d.eye(n) as Tensor;
const product = (...factors: Tensor[]): Tensor => factors.reduce((a, b) => d.matmul(a, b) as Tensor);
const largest = (x: Tensor): number => Math.max(0, ...(d.abs(x) as Tensor).dataSync().map(Number));

/** Both are equal but for rounding in float32, measured against the larger. */
function expectClose(found: Tensor, expected: Tensor, factor = 1): void {
  const difference = largest(d.sub(found, expected) as Tensor);
  expect(difference).toBeLessThanOrEqual(factor * 2e-6 * Math.max(1, largest(found), largest(expected)) * 8);
}

describe('decompositions of random matrices', () => {
  const law = (name: string, check: (m: number, n: number, x: Tensor) => void): void => {
    it(name, () => {
      fc.assert(
        fc.property(size, size, seed, (m, n, from) => check(m, n, matrix(m, n, from))),
        { numRuns: 25 },
      );
    });
  };

  law('a complete QR has the derivative of R, and none of what completes Q', (m, n, x) => {
    const tall = m > n ? x : flip(x);
    const derivative = (full: boolean, part: 0 | 1): Tensor =>
      d.grad((a: Tensor) => d.sum(d.square((d.qr(a, full) as readonly Tensor[])[part] as Tensor)) as Tensor)(tall);
    expectClose(derivative(true, 1), derivative(false, 1), 64);
    if (m !== n) expect(() => derivative(true, 0)).toThrow(/householderQr: the columns that complete Q.*E_GRAD/s);
  });

  law('lu: P · L · U = x', (_, __, x) => {
    expectClose(product(...d.lu(x)), x);
  });

  law('qr: Q · R = x, Qᵀ · Q = I, also complete', (m, n, x) => {
    for (const full of [false, true]) {
      const [q, r] = d.qr(x, full);
      expectClose(product(q, r), x);
      expectClose(product(flip(q), q), unit(full ? m : Math.min(m, n)));
    }
  });

  law('svd: U · S · Vᵀ = x, orthonormal on both sides, descending', (m, n, x) => {
    for (const fullMatrices of [false, true]) {
      const [u, s, vt] = d.svd(x, { fullMatrices });
      const k = Math.min(m, n);
      const [left, right] = [d.slice(u, [0, 0, 0], [2, m, k]) as Tensor, d.slice(vt, [0, 0, 0], [2, k, n]) as Tensor];
      expectClose(product(d.mul(left, d.expandDims(s, -2)) as Tensor, right), x);
      expectClose(product(flip(u), u), unit(fullMatrices ? m : k));
      expectClose(product(vt, flip(vt)), unit(fullMatrices ? n : k));
      expect((d.diff(s) as Tensor).dataSync().every((step) => Number(step) <= 0)).toBe(true);
    }
  });

  law('eigh: x · v = v · w, vᵀ · v = I, ascending', (_, n, x) => {
    const symmetric = product(flip(x), x);
    const [w, v] = d.eigh(symmetric);
    expectClose(product(symmetric, v), d.mul(v, d.expandDims(w, -2)) as Tensor);
    expectClose(product(flip(v), v), unit(n));
    expect((d.diff(w) as Tensor).dataSync().every((step) => Number(step) >= 0)).toBe(true);
  });

  law('cholesky: L · Lᵀ = x', (_, n, x) => {
    const definite = d.add(product(flip(x), x), unit(n)) as Tensor;
    const l = d.cholesky(definite);
    expectClose(product(l, flip(l)), definite);
  });

  law('pinv: x · x⁺ · x = x', (_, __, x) => {
    expectClose(product(x, d.pinv(x), x), x, 100);
  });

  law('expm: the inverse of exp(x) is exp(−x), and det exp(x) = exp(trace x)', (_, n, x) => {
    const square = d.div(product(flip(x), x), 8 * n) as Tensor;
    const [there, back] = [d.expm(square), d.expm(d.neg(square) as Tensor)];
    expectClose(product(there, back), unit(n), 100);
    const [, logarithm] = d.slogdet(there);
    expectClose(logarithm, d.sum(d.diagonal(square, 0, -2, -1), { axis: -1 }) as Tensor, 100);
  });

  law('solve: a · x = b', (_, n, x) => {
    const a = d.add(product(flip(x), x), unit(n)) as Tensor;
    const b = d.ones([n, 2]) as Tensor;
    expectClose(product(a, d.solve(a, b)), d.broadcastTo(b, [2, n, 2]) as Tensor, 20);
  });
});

it('is stable where elimination is not: the least squares of a nearly singular system', () => {
  const line = d.lstsq(
    [
      [1, 1],
      [1, 1.0001],
      [1, 1.0002],
    ],
    [2, 2.0001, 2.0002],
  );
  expect(largest(d.sub(line, [1, 1]) as Tensor)).toBeLessThan(0.05);
});
