/**
 * Rejection without a loop: a fixed number of rounds side by side, of which every element takes the first that is accepted.
 * With as many rounds as ops use, a chance below 2⁻⁴⁰ is left that none is; then the first candidate is taken all the same.
 */
import type { Tensor } from '@deft/core';
import { add } from '../add.ts';
import { argMax } from '../arg-max.ts';
import { bitcast } from '../bitcast.ts';
import { cast } from '../cast.ts';
import { div } from '../div.ts';
import { expandDims } from '../expand-dims.ts';
import { gammaPathwise } from '../gamma-pathwise.ts';
import { greater } from '../greater.ts';
import { less } from '../less.ts';
import { log } from '../log.ts';
import { log1p } from '../log1p.ts';
import { logicalAnd } from '../logical-and.ts';
import { mul } from '../mul.ts';
import { randomNormal } from '../random-normal.ts';
import { reshape } from '../reshape.ts';
import { sqrt } from '../sqrt.ts';
import { square } from '../square.ts';
import { sub } from '../sub.ts';
import { takeAlongAxis } from '../take-along-axis.ts';
import { where } from '../where.ts';
import { keysFrom, openUnitNumbers } from './distributions.ts';

/** The candidates that are accepted first along axis 0, which goes. */
export function firstAccepted(accepted: Tensor, candidates: Tensor): Tensor {
  const first = expandDims(argMax(cast(accepted, 'int32'), { axis: 0 }), 0) as Tensor;
  return reshape(takeAlongAxis(candidates, first, 0), candidates.abstract.shape.slice(1)) as Tensor;
}

/** A share of at least 0.95 of the candidates is accepted: ten rounds fail in one of 10¹³ cases. */
const gammaRounds = 10;

/**
 * Gamma distributed numbers `grown · exp(power)` for shape parameters `alpha`: Marsaglia and Tsang, “A simple method for
 * generating gamma variables” (2000). All are float64. `power` is 0 from alpha = 1 on; below, numbers for alpha + 1 are brought
 * down by u^(1 / alpha), which may be too small to be written. They follow `alpha` as a number at its place in the distribution
 * does, not as the candidates do.
 */
export function gammaNumbers(
  op: string,
  key: Tensor,
  alpha: Tensor,
): { readonly grown: Tensor; readonly power: Tensor } {
  const { shape } = alpha.abstract;
  const dtype = 'float64';
  // By its bits, which have no derivative: the candidates are not to follow alpha.
  const fixed = bitcast(alpha, dtype) as Tensor;
  const [forNormal, forTest, forPower] = keysFrom(op, key, 3) as [Tensor, Tensor, Tensor];
  const low = less(fixed, 1) as Tensor;
  const d = sub(where(low, add(fixed, 1), fixed), 1 / 3) as Tensor;
  const all = [gammaRounds, ...shape];
  const x = randomNormal(all, { key: forNormal, dtype }) as Tensor;
  const given = div(x, mul(sqrt(d), 3)) as Tensor;
  const positive = greater(given, -1) as Tensor;
  const t = where(positive, given, 0) as Tensor;
  // v = (1 + t)³ and 1 − v + ln v = 3 (ln(1 + t) − t) − 3 t² − t³, which keeps its digits for large d and small t.
  const slack = sub(mul(sub(log1p(t), t), 3), mul(square(t), add(t, 3)));
  const test = log(openUnitNumbers(op, forTest, all, dtype));
  const accepted = logicalAnd(positive, less(test, add(mul(square(x), 0.5), mul(d, slack)))) as Tensor;
  const root = add(firstAccepted(accepted, t), 1) as Tensor;
  const powers = div(log(openUnitNumbers(op, forPower, shape, dtype)), where(low, fixed, 1));
  const power = where(low, powers, 0) as Tensor;
  return { grown: gammaPathwise(alpha, mul(d, mul(square(root), root)) as Tensor, power) as Tensor, power };
}
