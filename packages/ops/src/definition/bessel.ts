/**
 * Modified Bessel functions of the first kind, of order 0 and 1, divided by e^|x|: as Chebyshev series on two ranges, in x up
 * to 8 and in 1 / x beyond (the ranges of Cephes). The coefficients are computed here, from the power series and the asymptotic one
 * (Abramowitz and Stegun, 9.6.10 and 9.7.1), whose terms do not cancel.
 */
import type { DType, Tensor } from '@deft/core';
import { abs } from '../abs.ts';
import { add } from '../add.ts';
import { div } from '../div.ts';
import { less } from '../less.ts';
import { mul } from '../mul.ts';
import { sqrt } from '../sqrt.ts';
import { sub } from '../sub.ts';
import { where } from '../where.ts';

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

/** Coefficients of f(y) = Σ cₖ Tₖ(y) on −1 … 1, from its values at the zeros of a Chebyshev polynomial. */
function chebyshev(f: (y: number) => number, count: number): number[] {
  const angles = Array.from({ length: count }, (_, j) => (Math.PI * (j + 0.5)) / count);
  const values = angles.map((angle) => f(Math.cos(angle)));
  return angles.map((_, k) => {
    const sum = values.reduce((total, value, j) => total + value * Math.cos(k * (angles[j] as number)), 0);
    return ((k === 0 ? 1 : 2) * sum) / count;
  });
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
  return { near: chebyshev(near, 40), far: chebyshev(far, 40) };
}

const known = new Map<Order, ReturnType<typeof computeSeries>>();

function seriesOf(order: Order): ReturnType<typeof computeSeries> {
  const series = known.get(order) ?? computeSeries(order);
  known.set(order, series);
  return series;
}

/** Σ cₖ Tₖ(y) by Clenshaw's recurrence, as far as the dtype has digits. */
function sumOf(coefficients: readonly number[], y: Tensor, dtype: DType): Tensor {
  const least = dtype === 'float64' ? 1e-17 : 1e-9;
  const last = coefficients.findLastIndex((c) => Math.abs(c) > least);
  const doubled = mul(y, 2);
  let [before, current] = [mul(y, 0) as Tensor, mul(y, 0) as Tensor];
  for (let k = last; k > 0; k--) {
    [before, current] = [current, add(sub(mul(doubled, current), before), coefficients[k] as number) as Tensor];
  }
  return add(sub(mul(y, current), before), coefficients[0] as number) as Tensor;
}

/** e^−|x| · Iₙ(x); NaN at NaN, 0 at the infinities. */
export function besselScaled(order: Order, x: Tensor): Tensor {
  const { near, far } = seriesOf(order);
  const size = abs(x) as Tensor;
  const isNear = less(size, meeting);
  const inside = where(isNear, size, 0) as Tensor;
  const outside = where(isNear, meeting, size) as Tensor;
  const small = sumOf(near, sub(mul(inside, 2 / meeting), 1) as Tensor, x.dtype);
  const large = div(sumOf(far, sub(div(2 * meeting, outside), 1) as Tensor, x.dtype), sqrt(outside)) as Tensor;
  if (order === 0) return where(isNear, small, large) as Tensor;
  const odd = mul(small, div(x, add(inside, 1)));
  return where(isNear, odd, where(less(x, 0), mul(large, -1), large)) as Tensor;
}
