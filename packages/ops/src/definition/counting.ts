/**
 * Random counts of a given distribution. Means below 10 are drawn by inverting the distribution function, of which the
 * first 64 values are added up (what is left is below 2⁻⁵³); from 10 on by transformed rejection, Hörmann, “The transformed
 * rejection method for generating Poisson random variables” and “The generation of binomial random variates” (1993), with
 * a fixed number of rounds side by side. All is computed in float64.
 */
import type { Tensor } from '@deft/core';
import { abs } from '../abs.ts';
import { add } from '../add.ts';
import { cast } from '../cast.ts';
import { cumSum } from '../cum-sum.ts';
import { div } from '../div.ts';
import { exp } from '../exp.ts';
import { floor } from '../floor.ts';
import { lessEqual } from '../less-equal.ts';
import { log } from '../log.ts';
import { logicalAnd } from '../logical-and.ts';
import { mul } from '../mul.ts';
import { square } from '../square.ts';
import { sub } from '../sub.ts';
import { sum } from '../sum.ts';
import { where } from '../where.ts';
import { constantTensor } from './convert.ts';
import { openUnitNumbers } from './distributions.ts';
import { firstAccepted } from './rejection.ts';

/** From this mean on counts are drawn by rejection. */
export const rejectionFrom = 10;

const tabled = 64;

/** Seven of ten candidates are accepted at least: 24 rounds fail in one of 10¹² cases. */
const rounds = 24;

/** Which of the two ways a parameter that is known as a number needs; both for tensors. */
export type Regime = 'small' | 'large' | 'both';

/** A number for each of the tabled counts, along an axis in front of `rank` others. */
export function ofCounts(rank: number, f: (k: number) => number): Tensor {
  const data = Float64Array.from({ length: tabled }, (_, k) => f(k));
  return constantTensor({ shape: [tabled, ...new Array<number>(rank).fill(1)], dtype: 'float64', data });
}

/** Counts whose probabilities have the given logarithms, `[64, …shape]`. */
export function invertedCounts(op: string, key: Tensor, logProbabilities: Tensor): Tensor {
  const u = openUnitNumbers(op, key, logProbabilities.abstract.shape.slice(1), 'float64');
  const reached = lessEqual(cumSum(exp(logProbabilities), { axis: 0 }), u);
  return sum(cast(reached, 'float64'), { axis: 0 }) as Tensor;
}

/** ln k! for whole k ≥ 0: Stirling’s series for (k + 7)!, less the logarithms of the factors added. Within 10⁻¹² of it. */
export function logFactorial(k: Tensor): Tensor {
  const w = add(k, 8);
  const inverse = div(1, w);
  const x = square(inverse);
  const terms = [1 / 1188, -1 / 1680, 1 / 1260, -1 / 360, 1 / 12];
  const series = terms.slice(1).reduce<Tensor>((value, c) => add(mul(value, x), c) as Tensor, mul(x, 0) as Tensor);
  const first = mul(terms[0] as number, square(square(x)));
  const factors = [2, 3, 4, 5, 6, 7].reduce<Tensor>((all, i) => mul(all, add(k, i)) as Tensor, add(k, 1) as Tensor);
  const main = add(sub(mul(sub(w, 0.5), log(w)), w), 0.5 * Math.log(2 * Math.PI));
  return sub(add(main, mul(add(series, first), inverse)), log(factors)) as Tensor;
}

/** What transformed rejection needs of a distribution: where it lies, how wide it is, and ln(p(k) · height). */
export interface Hat {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly center: Tensor;
  /** The logarithm of the acceptance ratio for counts, without that of the proposal; −Infinity or NaN for no count. */
  readonly logRatio: (k: Tensor) => Tensor;
}

/** Counts by rejection from the table mountain `a / (½ − |u|)² + b`. */
export function rejectedCounts(op: string, keys: readonly Tensor[], { a, b, center, logRatio }: Hat): Tensor {
  const shape = [rounds, ...a.abstract.shape];
  const u = sub(openUnitNumbers(op, keys[0] as Tensor, shape, 'float64'), 0.5) as Tensor;
  const v = openUnitNumbers(op, keys[1] as Tensor, shape, 'float64');
  const distance = sub(0.5, abs(u)) as Tensor;
  const k = floor(add(mul(add(div(mul(a, 2), distance), b), u), center)) as Tensor;
  const slope = log(add(div(a, square(distance)), b));
  const accepted = lessEqual(sub(log(v), slope), logRatio(k)) as Tensor;
  return firstAccepted(accepted, k);
}

/** The counts as int32, drawn in the way their mean asks for; −1 where there is no distribution. */
export function chosenCounts(
  regime: Regime,
  mean: Tensor,
  good: Tensor,
  small: (inRange: Tensor) => Tensor,
  large: (inRange: Tensor) => Tensor,
): Tensor {
  const isLarge = logicalAnd(good, lessEqual(rejectionFrom, mean)) as Tensor;
  const isSmall = logicalAnd(good, lessEqual(mean, rejectionFrom)) as Tensor;
  const few = regime === 'large' ? undefined : small(isSmall);
  const many = regime === 'small' ? undefined : large(isLarge);
  const counts = few && many ? where(isLarge, many, few) : ((few ?? many) as Tensor);
  return cast(where(good, counts, -1), 'int32') as Tensor;
}
