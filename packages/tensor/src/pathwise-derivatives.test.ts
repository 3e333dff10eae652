/**
 * Derivatives of random numbers by the shape of their distribution. The law for gamma distributed numbers: one that moves by its
 * first two derivatives stays at its place in the distribution. For those made of them: the mean of the derivatives of f(x) is the
 * derivative of the mean of f(x).
 */
import {
  grad,
  key,
  mul,
  randomBeta,
  randomGamma,
  randomStandardGamma,
  randomStudentT,
  square,
  sum,
  type Tensor,
  tensor,
} from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** ln Γ by Stirling's series from 12 on. */
function logGamma(a: number): number {
  if (a < 12) return logGamma(a + 1) - Math.log(a);
  return (
    (a - 0.5) * Math.log(a) - a + 0.5 * Math.log(2 * Math.PI) + 1 / (12 * a) - 1 / (360 * a ** 3) + 1 / (1260 * a ** 5)
  );
}

/** The logarithm of the distribution function of gamma distributed numbers, by its power series. */
function logDistribution(alpha: number, x: number): number {
  let [term, total] = [1 / alpha, 1 / alpha];
  for (let n = 1; term > total * 1e-18; n++) {
    term *= x / (alpha + n);
    total += term;
  }
  return alpha * Math.log(x) - x - logGamma(alpha) + Math.log(total);
}

const value = (x: unknown): number => (x as Tensor).item() as number;

describe('gamma distributed numbers', () => {
  it('stay at their place in the distribution', () => {
    const alphas = fc.double({ min: 0.1, max: 40, noNaN: true });
    fc.assert(
      fc.property(alphas, fc.nat(1000), (alpha, seed) => {
        const draw = (a: Tensor): Tensor =>
          sum(randomStandardGamma([], { key: key(seed), alpha: a, dtype: 'float64' })) as Tensor;
        const at = tensor(alpha, { dtype: 'float64' });
        const [x, first, second] = [value(draw(at)), value(grad(draw)(at)), value(grad(grad(draw))(at))];
        const [rate, h] = [first / x, 2 ** -9 * Math.min(1, alpha)];
        const bend = second / x - rate * rate;
        const before = logDistribution(alpha, x);
        const changed = (logChange: number): number =>
          Math.abs(logDistribution(alpha + h, x * Math.exp(logChange)) - before);
        // What is left is of second order in h / alpha, then of third.
        const [still, straight, bent] = [changed(0), changed(h * rate), changed(h * rate + (h * h * bend) / 2)];
        expect(straight).toBeLessThan(1e-11 + still * 1e-2);
        expect(bent).toBeLessThan(1e-11 + still * 1e-4);
      }),
    );
  });

  it('follow a rate beside', () => {
    const draw = (alpha: Tensor, beta: Tensor): Tensor =>
      sum(randomGamma([5], { key: key(3), alpha, beta, dtype: 'float64' })) as Tensor;
    const [alpha, beta] = [tensor(2.5, { dtype: 'float64' }), tensor(4, { dtype: 'float64' })];
    const standard = (a: Tensor): Tensor =>
      sum(randomStandardGamma([5], { key: key(3), alpha: a, dtype: 'float64' })) as Tensor;
    expect(value(grad((a: Tensor) => draw(a, beta))(alpha))).toBeCloseTo(value(grad(standard)(alpha)) / 4, 12);
    expect(value(grad((b: Tensor) => draw(alpha, b))(beta))).toBeCloseTo(-value(standard(alpha)) / 16, 12);
  });
});

describe('distributions made of gamma distributed numbers', () => {
  const count = 20_000;
  const dtype = 'float64';

  it('beta: the mean follows both parameters', () => {
    const mean = (alpha: Tensor, beta: Tensor): Tensor =>
      mul(sum(randomBeta([count], { key: key(5), alpha, beta, dtype })), 1 / count) as Tensor;
    const [alpha, beta] = [tensor(0.7, { dtype }), tensor(3, { dtype })];
    // E[x] = α / (α + β)
    expect(value(grad((a: Tensor) => mean(a, beta))(alpha)) * (3.7 ** 2 / 3)).toBeCloseTo(1, 1.3);
    expect(value(grad((b: Tensor) => mean(alpha, b))(beta)) * (3.7 ** 2 / -0.7)).toBeCloseTo(1, 1.3);
  });

  it('Student: the mean square follows the degrees of freedom', () => {
    const mean = (degreesOfFreedom: Tensor): Tensor =>
      mul(sum(square(randomStudentT([count], { key: key(6), degreesOfFreedom, dtype }))), 1 / count) as Tensor;
    // E[t²] = ν / (ν − 2)
    expect(value(grad(mean)(tensor(12, { dtype }))) * (10 ** 2 / -2)).toBeCloseTo(1, 0.7);
  });
});
