/**
 * Modified Bessel functions of the first kind, of order 0 and 1, divided by e^|x|: as Chebyshev series on two ranges, in x up
 * to 8 and in 1 / x beyond (the ranges of Cephes). The coefficients are computed here, from the power series and the asymptotic one
 * (Abramowitz and Stegun, 9.6.10 and 9.7.1), whose terms do not cancel.
 */
import type { Tensor } from '@deft/core';
import { abs } from '../abs.ts';
import { add } from '../add.ts';
import { div } from '../div.ts';
import { less } from '../less.ts';
import { mul } from '../mul.ts';
import { sqrt } from '../sqrt.ts';
import { sub } from '../sub.ts';
import { where } from '../where.ts';
import { chebyshevSeries, sumOfSeries } from './chebyshev.ts';

type Order = 0 | 1;

/** Where the two series meet. */
const meeting = 8;

/** Iₙ(x) / xⁿ for x ≥ 0: Σ (x² / 4)ᵏ / (2ⁿ k! (k + n)!). */
function powerSeries(order: Order, x: number): number {
  let term = order === 0 ? 1 : 0.5;
  let total = term;
  for (let k = 1; term > total * 1e-18; k++) {
    term *= (x * x) / (4 * k * (k + order));
    total += term;
  }
  return total;
}

/** √x · e⁻ˣ · Iₙ(x) for large x. */
function asymptoticSeries(order: Order, x: number): number {
  let term = 1;
  let total = 1;
  for (let k = 1; k < 2 * x && Math.abs(term) > 1e-18; k++) {
    term *= -(4 * order * order - (2 * k - 1) ** 2) / (8 * k * x);
    total += term;
  }
  return total / Math.sqrt(2 * Math.PI);
}

/** e⁻ˣ · Iₙ(x) · (1 + 1 / x)ⁿ of x = 4y + 4 (which varies little), and √x · e⁻ˣ · Iₙ(x) of x = 16 / (y + 1). */
function computeSeries(order: Order): { readonly near: readonly number[]; readonly far: readonly number[] } {
  const near = (y: number): number => {
    const x = (meeting / 2) * (y + 1);
    return powerSeries(order, x) * (1 + x) ** order * Math.exp(-x);
  };
  const far = (y: number): number => {
    const x = (2 * meeting) / (y + 1);
    return x > 40 ? asymptoticSeries(order, x) : Math.sqrt(x) * x ** order * powerSeries(order, x) * Math.exp(-x);
  };
  return { near: chebyshevSeries(near, 40), far: chebyshevSeries(far, 40) };
}

const known = new Map<Order, ReturnType<typeof computeSeries>>();

function seriesOf(order: Order): ReturnType<typeof computeSeries> {
  const series = known.get(order) ?? computeSeries(order);
  known.set(order, series);
  return series;
}

/** e^−|x| · Iₙ(x); NaN at NaN, 0 at the infinities. */
export function besselScaled(order: Order, x: Tensor): Tensor {
  const { near, far } = seriesOf(order);
  const size = abs(x) as Tensor;
  const isNear = less(size, meeting);
  const inside = where(isNear, size, 0) as Tensor;
  const outside = where(isNear, meeting, size) as Tensor;
  const small = sumOfSeries(near, sub(mul(inside, 2 / meeting), 1) as Tensor);
  const large = div(sumOfSeries(far, sub(div(2 * meeting, outside), 1) as Tensor), sqrt(outside)) as Tensor;
  if (order === 0) return where(isNear, small, large) as Tensor;
  const odd = mul(small, div(x, add(inside, 1)));
  return where(isNear, odd, where(less(x, 0), mul(large, -1), large)) as Tensor;
}
