/** Slices by the number of the bin they belong to: checks, and what combines them. */
import { isFloating, raise, type Tensor } from '@deft/core';
import { greaterEqual } from '../greater-equal.ts';
import { less } from '../less.ts';
import { logicalAnd } from '../logical-and.ts';
import { scatterAdd } from '../scatter-add.ts';
import { slice } from '../slice.ts';
import { where } from '../where.ts';
import { zeros } from '../zeros.ts';
import type { TensorLike } from './convert.ts';
import type { Call } from './define.ts';
import { asIndices } from './gathering.ts';
import { checkWhole } from './operand.ts';

/** The `arguments` of an op on slices with numbers of segments. */
export function segmentArguments(
  op: string,
): (x: TensorLike, segmentIds: TensorLike, numSegments: number) => Call<{ readonly count: number }> {
  return (x, segmentIds, numSegments) => {
    checkWhole(op, 'numSegments', numSegments, 0);
    return { inputs: [x, asIndices(op, segmentIds)], attributes: { count: numSegments } };
  };
}

/** Throws `E_DTYPE` or `E_SHAPE` unless there is one whole number for every slice along the first axis of `x`. */
export function checkBins(op: string, x: Tensor, ids: Tensor): void {
  const [data, bins] = [x.abstract.shape, ids.abstract.shape];
  if (isFloating(ids.dtype) || ids.dtype === 'bool')
    raise('E_DTYPE', {
      op,
      says: `expected integers for the numbers of bins, got ${ids.dtype}`,
      operands: [x.abstract, ids.abstract],
    });
  if (bins.length !== 1 || data.length === 0 || data[0] !== bins[0]) {
    raise('E_SHAPE', {
      op,
      says: 'there is not one number of a bin for each slice along the first axis',
      operands: [x.abstract, ids.abstract],
    });
  }
}

/**
 * The slices along the first axis of `x` combined by bin with those of a base of the given shape; those outside of all bins are
 * left out.
 */
export function combineByBin(
  op: string,
  x: Tensor,
  ids: Tensor,
  count: number,
  base: (shape: readonly number[]) => Tensor,
  scatter: (base: Tensor, slices: Tensor, bins: Tensor) => Tensor,
): Tensor {
  checkBins(op, x, ids);
  const others = x.abstract.shape.slice(1);
  const inside = logicalAnd(greaterEqual(ids, 0), less(ids, count));
  // One more bin takes what belongs to none, and is cut off.
  const all = scatter(base([count + 1, ...others]), x, where(inside, ids, count) as Tensor);
  return slice(
    all,
    all.abstract.shape.map(() => 0),
    [count, ...others],
  );
}

/** The sums of the slices along the first axis of `x` that belong to each bin; those outside of all bins are left out. */
export function sumByBin(op: string, x: Tensor, ids: Tensor, count: number): Tensor {
  return combineByBin(op, x, ids, count, (shape) => zeros(shape, x.dtype) as Tensor, scatterAdd);
}
