/** What sorting ops share: options, types and the plain reference. */
import { type CheckAxes, type DType, type NdArray, referenceArray, type Tensor } from '@deft/core';
import type { TensorLike } from './convert.ts';
import type { DTypeOfOne, ShapeOf } from './signatures.ts';

/** Options of `sort` and `argSort`. */
export interface SortOptions<A extends number = number> {
  /** The axis to sort along; the last one unless told. */
  readonly axis?: A;
  /** Whether the largest element comes first. */
  readonly descending?: boolean;
}

/** Sorting that keeps the dtype. */
export type Sort = <const X extends TensorLike, const A extends number = -1>(
  x: X,
  options?: SortOptions<A> & CheckAxes<ShapeOf<X>, A>,
) => Tensor<ShapeOf<X>, DTypeOfOne<X>>;

/** Sorting that gives places. */
export type SortedPlaces = <const X extends TensorLike, const A extends number = -1>(
  x: X,
  options?: SortOptions<A> & CheckAxes<ShapeOf<X>, A>,
) => Tensor<ShapeOf<X>, 'int32'>;

/** An element and where it came from. */
interface Placed {
  readonly value: number;
  readonly place: number;
}

/** Sorts every row along the last axis, and keeps of each element what `give` says. */
export function sortedRows(
  x: NdArray,
  descending: boolean,
  dtype: DType,
  give: (row: readonly Placed[]) => readonly number[],
): NdArray {
  const length = x.shape.at(-1) as number;
  const data = referenceArray(dtype, x.data.length);
  const sign = descending ? -1 : 1;
  for (let start = 0; start < data.length; start += length) {
    const row = Array.from(x.data.slice(start, start + length), (value, place) => ({ value, place }));
    data.set(give(row.sort((a, b) => sign * compare(a.value, b.value))), start);
  }
  return { shape: x.shape, dtype, data };
}

/** Ascending, with NaN last. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
