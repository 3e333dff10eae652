/** The logarithm of the gamma function and its derivative, out of elementary functions. */
import type { Tensor } from '@deft/core';
import { add } from '../add.ts';
import { div } from '../div.ts';
import { greaterEqual } from '../greater-equal.ts';
import { less } from '../less.ts';
import { log } from '../log.ts';
import { log1p } from '../log1p.ts';
import { logicalAnd } from '../logical-and.ts';
import { logicalOr } from '../logical-or.ts';
import { mul } from '../mul.ts';
import { round } from '../round.ts';
import { square } from '../square.ts';
import { sub } from '../sub.ts';
import { where } from '../where.ts';

const bernoulli = [1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6, -3617 / 510];

/** Σ 1 / (a + n)ᵏ over n ≥ 0 for k ≥ 2, by the Euler–Maclaurin formula from n = 20 on. */
function hurwitz(k: number, a: number): number {
  const from = a + 20;
  let total = from ** (1 - k) / (k - 1) + from ** -k / 2;
  let factor = (k * from ** (-k - 1)) / 2;
  for (const [i, b] of bernoulli.entries()) {
    total += b * factor;
    const j = 2 * i + 2;
    factor *= ((k + j - 1) * (k + j)) / ((j + 1) * (j + 2) * from * from);
  }
  for (let n = 19; n >= 0; n--) total += (a + n) ** -k;
  return total;
}

const euler = 0.577_215_664_901_532_9;

/** Coefficients of ln Γ(2 + z) = Σ cₖ zᵏ from k = 1 on. */
const aroundTwo: readonly number[] = [
  1 - euler,
  ...Array.from({ length: 27 }, (_, i) => ((i % 2 === 0 ? 1 : -1) * hurwitz(i + 2, 2)) / (i + 2)),
];

const horner = (coefficients: readonly number[], x: Tensor): Tensor =>
  coefficients.reduceRight<Tensor>((value, c) => add(mul(value, x), c) as Tensor, mul(x, 0) as Tensor);

/** ln Γ(2 + z) for |z| ≤ 1/2. */
const logGammaAroundTwo = (z: Tensor): Tensor => mul(horner(aroundTwo, z), z) as Tensor;

/** ln Γ(x) for x ≥ 8: Stirling's series. */
function stirling(x: Tensor): Tensor {
  const inverse = div(1, x);
  const terms = bernoulli.map((b, i) => b / ((2 * i + 2) * (2 * i + 1)));
  const series = mul(horner(terms, square(inverse)), inverse);
  return add(add(mul(sub(x, 0.5), sub(log(x), 1)), 0.5 * Math.log(2 * Math.PI) - 0.5), series) as Tensor;
}

/** ln Γ(x) for x ≥ 0, without loss of digits at its zeros 1 and 2. */
export function logGammaOfPositive(x: Tensor): Tensor {
  const large = greaterEqual(x, 8);
  const low = less(x, 0.5);
  const near = logicalAnd(less(x, 1.5), greaterEqual(x, 0.5));
  const middle = where(logicalOr(large, logicalOr(low, near)), 2, x);
  // Down to around 2 by Γ(x) = (x − 1) Γ(x − 1).
  let rest: Tensor = middle;
  let factor: Tensor = mul(middle, 0) as Tensor;
  factor = add(factor, 1) as Tensor;
  for (let step = 0; step < 6; step++) {
    const above = greaterEqual(rest, 2.5);
    factor = mul(factor, where(above, sub(rest, 1), 1)) as Tensor;
    rest = where(above, sub(rest, 1), rest);
  }
  const fromMiddle = add(logGammaAroundTwo(sub(rest, 2)), log(factor));
  const z = where(near, sub(x, 1), where(low, x, 0));
  const aroundOne = sub(logGammaAroundTwo(z), log1p(z));
  const small = sub(aroundOne, log(where(low, x, 1)));
  return where(large, stirling(where(large, x, 8)), where(near, aroundOne, where(low, small, fromMiddle)));
}

/** The distance to the nearest whole number, which keeps sin(πx) exact at whole numbers. */
export const fromWhole = (x: Tensor): Tensor => sub(x, round(x)) as Tensor;

/** The zero of ψ in two parts; the first has 12 bits, so that taking it away is exact beside it. */
const digammaZero: readonly [number, number] = [1.461669921875, -3.777690663765874e-5];

/** Coefficients of ψ(x) = Σ cₖ (x − zero)ᵏ from k = 1 on. */
const aroundZero: readonly number[] = Array.from(
  { length: 36 },
  (_, i) => (i % 2 === 0 ? 1 : -1) * hurwitz(i + 2, digammaZero[0] + digammaZero[1]),
);

/** ψ(x) for 1.05 ≤ x ≤ 1.9, with all digits beside the zero. */
function digammaAroundZero(x: Tensor): Tensor {
  const distance = sub(sub(x, digammaZero[0]), digammaZero[1]) as Tensor;
  return mul(horner(aroundZero, distance), distance) as Tensor;
}

/** The derivative of ln Γ for x ≥ 0. */
export function digammaOfPositive(x: Tensor): Tensor {
  const nearZero = logicalAnd(greaterEqual(x, 1.05), less(x, 1.9));
  return where(nearZero, digammaAroundZero(where(nearZero, x, 1.5)), digammaByRecurrence(x));
}

function digammaByRecurrence(x: Tensor): Tensor {
  const large = greaterEqual(x, 10);
  // Up to 10 and beyond by ψ(x) = ψ(x + 1) − 1 / x.
  let high: Tensor = where(large, 10, x);
  let taken: Tensor = mul(high, 0) as Tensor;
  for (let step = 0; step < 10; step++) {
    const below = less(high, 10);
    taken = add(taken, where(below, div(1, where(below, high, 1)), 0)) as Tensor;
    high = where(below, add(high, 1), high);
  }
  const at = where(large, x, high);
  const inverse = div(1, at);
  const terms = bernoulli.map((b, i) => b / (2 * i + 2));
  const series = mul(horner(terms, square(inverse)), square(inverse));
  return sub(sub(sub(log(at), mul(inverse, 0.5)), series), where(large, 0, taken)) as Tensor;
}
