/**
 * Random numbers follow their distributions: the greatest distance of the empirical from the exact distribution function
 * (Kolmogorov–Smirnov) for continuous ones, the squared deviations of frequencies (chi-square) for discrete ones. Keys are
 * fixed, and the bounds are those that one fair sample in a million exceeds.
 */
import type { Tensor } from '@deft/core';
import {
  erf,
  key,
  multinomial,
  randomBeta,
  randomBinomial,
  randomCategorical,
  randomCauchy,
  randomExponential,
  randomGamma,
  randomGumbel,
  randomLaplace,
  randomPoisson,
  randomStudentT,
  randomUniformInt,
  sqrt,
  tensor,
} from '@deft/tensor';
import { describe, expect, test } from 'vitest';

const numbers = (x: Tensor): number[] => Array.from(x.dataSync());

/** √n times the greatest distance between the empirical and the given distribution function. */
function kolmogorovSmirnov(values: readonly number[], distribution: (x: number) => number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const distances = sorted.map((x, i) => {
    const p = distribution(x);
    return Math.max(p - i / sorted.length, (i + 1) / sorted.length - p);
  });
  return Math.sqrt(sorted.length) * Math.max(...distances);
}

/** The bound of √n D for a chance of 10⁻⁶: 2 exp(−2 t²) = 10⁻⁶. */
const bound = Math.sqrt(Math.log(2e6) / 2);

/** Chi-square of the frequencies of 0, 1, … against probabilities, as standard deviations from its mean. */
function chiSquare(values: readonly number[], probabilities: readonly number[]): number {
  const total = probabilities.reduce((sum, p, value) => {
    const expected = p * values.length;
    const found = values.filter((one) => one === value).length;
    return sum + (found - expected) ** 2 / expected;
  }, 0);
  const freedom = probabilities.length - 1;
  return (total - freedom) / Math.sqrt(2 * freedom);
}

const shape = [20_000];

describe.each(['float32', 'float64'] as const)('in %s', (dtype) => {
  test('exponential', () => {
    const x = randomExponential(shape, { key: key(1), scale: 2, dtype });
    expect(kolmogorovSmirnov(numbers(x), (v) => 1 - Math.exp(-v / 2))).toBeLessThan(bound);
  });

  test('laplace', () => {
    const x = randomLaplace(shape, { key: key(2), location: 1, scale: 3, dtype });
    const distribution = (v: number): number => {
      const z = (v - 1) / 3;
      return z < 0 ? Math.exp(z) / 2 : 1 - Math.exp(-z) / 2;
    };
    expect(kolmogorovSmirnov(numbers(x), distribution)).toBeLessThan(bound);
  });

  test('gumbel', () => {
    const x = randomGumbel(shape, { key: key(3), location: -1, scale: 2, dtype });
    expect(kolmogorovSmirnov(numbers(x), (v) => Math.exp(-Math.exp(-(v + 1) / 2)))).toBeLessThan(bound);
  });

  test('cauchy', () => {
    const x = randomCauchy(shape, { key: key(4), location: 5, scale: 0.5, dtype });
    expect(kolmogorovSmirnov(numbers(x), (v) => 0.5 + Math.atan((v - 5) / 0.5) / Math.PI)).toBeLessThan(bound);
  });
});

describe.each(['float32', 'float64'] as const)('by rejection in %s', (dtype) => {
  // For whole alpha P(x > t) is the chance of fewer than alpha events of rate t.
  const gammaOf = (alpha: number, t: number): number => {
    let [term, total] = [1, 0];
    for (let k = 0; k < alpha; k++) {
      total += term;
      term *= t / (k + 1);
    }
    return 1 - Math.exp(-t) * total;
  };

  test.each([1, 2, 5, 40])('gamma of alpha %s', (alpha) => {
    const x = randomGamma(shape, { key: key(10 + alpha), alpha, beta: 4, dtype });
    expect(kolmogorovSmirnov(numbers(x), (t) => gammaOf(alpha, 4 * t))).toBeLessThan(bound);
  });

  test('gamma of alpha 1/2: half the square of a normal number', () => {
    const x = randomGamma(shape, { key: key(11), alpha: 0.5, dtype });
    const p = numbers(erf(sqrt(x)));
    expect(kolmogorovSmirnov(p, (value) => value)).toBeLessThan(bound);
  });

  test('beta of small and large parameters', () => {
    const x = randomBeta(shape, { key: key(12), alpha: 0.25, beta: 1, dtype });
    expect(kolmogorovSmirnov(numbers(x), (t) => t ** 0.25)).toBeLessThan(bound);
    const y = randomBeta(shape, { key: key(13), alpha: 1, beta: 6, dtype });
    expect(kolmogorovSmirnov(numbers(y), (t) => 1 - (1 - t) ** 6)).toBeLessThan(bound);
  });

  test('student with two degrees of freedom', () => {
    const x = randomStudentT(shape, { key: key(14), degreesOfFreedom: 2, location: 1, scale: 3, dtype });
    const distribution = (t: number): number => {
      const z = (t - 1) / 3;
      return 0.5 + z / (2 * Math.sqrt(2 + z * z));
    };
    expect(kolmogorovSmirnov(numbers(x), distribution)).toBeLessThan(bound);
  });
});

test('whole numbers between two ends', () => {
  const x = randomUniformInt(shape, 0, 10, { key: key(5) });
  expect(chiSquare(numbers(x), new Array<number>(10).fill(0.1))).toBeLessThan(5);
});

test('classes', () => {
  const probabilities = [0.05, 0.5, 0.15, 0.3];
  const logits = tensor(probabilities.map((p) => Math.log(p) + 7));
  expect(chiSquare(numbers(randomCategorical(logits, 20_000, { key: key(6) })), probabilities)).toBeLessThan(5);
  const given = multinomial(tensor(probabilities), 20_000, { normalized: true, key: key(7) });
  expect(chiSquare(numbers(given), probabilities)).toBeLessThan(5);
});

/** Probabilities of 0 … n, by the ratio of each to the one before. */
function byRatios(n: number, first: number, ratio: (k: number) => number): number[] {
  const probabilities = [first];
  for (let k = 1; k <= n; k++) probabilities.push((probabilities[k - 1] as number) * ratio(k));
  return probabilities;
}

/** Chi-square over counts that are expected at least ten times, and one bin for each side. */
function chiSquareOfCounts(values: readonly number[], probabilities: readonly number[]): number {
  const likely = probabilities.map((p) => p * values.length >= 10);
  const [from, to] = [likely.indexOf(true), likely.lastIndexOf(true)];
  const binned = values.map((value) => Math.min(Math.max(value, from), to) - from);
  const sum = (list: readonly number[]): number => list.reduce((all, p) => all + p, 0);
  const inner = probabilities.slice(from, to + 1);
  const below = sum(probabilities.slice(0, from));
  inner[0] = (inner[0] as number) + below;
  inner[inner.length - 1] = 1 - sum(inner.slice(0, -1));
  return chiSquare(binned, inner);
}

test.each([0.3, 9.9, 10, 300])('poisson of rate %s, given as a number and as a tensor', (rate) => {
  const probabilities = byRatios(600, Math.exp(-rate), (k) => rate / k);
  const x = numbers(randomPoisson(shape, { key: key(20), rate }));
  expect(chiSquareOfCounts(x, probabilities)).toBeLessThan(5);
  const start = randomPoisson([20], { key: key(20), rate });
  const given = tensor(rate, { dtype: 'float64' });
  expect(numbers(randomPoisson([20], { key: key(20), rate: given }))).toEqual(numbers(start));
});

test.each([
  [1, 0.3],
  [200, 0.04],
  [40, 0.75],
  [1000, 0.4],
])('binomial of %s trials of probability %s', (trials, probability) => {
  const odds = probability / (1 - probability);
  const ratio = (k: number): number => ((trials - k + 1) / k) * odds;
  const probabilities = byRatios(trials, (1 - probability) ** trials, ratio);
  const x = numbers(randomBinomial(shape, { key: key(21), trials, probability }));
  expect(chiSquareOfCounts(x, probabilities)).toBeLessThan(5);
  const start = randomBinomial([20], { key: key(21), trials, probability });
  const given = tensor(trials);
  expect(numbers(randomBinomial([20], { key: key(21), trials: given, probability }))).toEqual(numbers(start));
});
