/** Quantiles: elements of the sorted axes, or values between them. */
import { raise, type Tensor } from '@deft/core';
import { add } from '../add.ts';
import { any } from '../any.ts';
import { isNaN } from '../is-nan.ts';
import { mul } from '../mul.ts';
import { reshape } from '../reshape.ts';
import { slice } from '../slice.ts';
import { sort } from '../sort.ts';
import { transpose } from '../transpose.ts';
import { where } from '../where.ts';
import { countOver } from './reduction.ts';

/** What stands in for a position between two elements. */
export type QuantileMethod = 'linear' | 'lower' | 'higher' | 'midpoint' | 'nearest';

/** The names of the methods. */
export const quantileMethods: readonly QuantileMethod[] = ['linear', 'lower', 'higher', 'midpoint', 'nearest'];

/** The elements over the axes in ascending order along the last axis, the other axes before it; NaN all over where there is any. */
export function sortedOver(x: Tensor, axes: readonly number[]): Tensor {
  const { shape } = x.abstract;
  const kept = shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const rows = reshape(transpose(x, [...kept, ...axes]) as Tensor, [
    ...kept.map((axis) => shape[axis] as number),
    countOver(shape, axes),
  ]);
  const sorted = sort(rows) as Tensor;
  return where(any(isNaN(sorted), { axis: -1, keepDims: true }) as Tensor, Number.NaN, sorted);
}

/** The value at fraction `q` of the way through the sorted last axis, which is not empty. */
export function quantileOf(sorted: Tensor, q: number, method: QuantileMethod): Tensor {
  const { shape } = sorted.abstract;
  const place = q * ((shape.at(-1) as number) - 1);
  const [below, above] = [Math.floor(place), Math.ceil(place)];
  if (method === 'lower' || below === above) return at(sorted, below);
  if (method === 'higher') return at(sorted, above);
  if (method === 'nearest') return at(sorted, place - below === 0.5 ? below + (below % 2) : Math.round(place));
  const share = method === 'midpoint' ? 0.5 : place - below;
  return add(mul(at(sorted, below), 1 - share), mul(at(sorted, above), share));
}

function at(sorted: Tensor, place: number): Tensor {
  const { shape } = sorted.abstract;
  const begin = shape.map((_, axis) => (axis === shape.length - 1 ? place : 0));
  return reshape(slice(sorted, begin, [...shape.slice(0, -1), 1]), shape.slice(0, -1));
}

/** The same of plain numbers. */
export function plainQuantile(values: readonly number[], q: number, method: QuantileMethod): number {
  if (values.some(Number.isNaN)) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const place = q * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)] as number, sorted[Math.ceil(place)] as number];
  const share = place - Math.floor(place);
  switch (method) {
    case 'lower':
      return below;
    case 'higher':
      return above;
    case 'midpoint':
      return (below + above) / 2;
    case 'nearest':
      return share === 0.5 ? (sorted[2 * Math.round(place / 2)] as number) : share < 0.5 ? below : above;
    default:
      return below + (above - below) * share;
  }
}

/** Throws `E_SHAPE` where there is nothing to take a quantile of. */
export function checkNotEmpty(op: string, x: Tensor, axes: readonly number[]): void {
  if (countOver(x.abstract.shape, axes) > 0) return;
  raise('E_SHAPE', { op, says: 'there are no elements over the axes', operands: [x.abstract] });
}
