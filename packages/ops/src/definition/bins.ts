/** Sums of slices by the number of the bin they belong to. */
import { isFloating, raise, type Tensor } from '@deft/core';
import { greaterEqual } from '../greater-equal.ts';
import { less } from '../less.ts';
import { logicalAnd } from '../logical-and.ts';
import { scatterAdd } from '../scatter-add.ts';
import { slice } from '../slice.ts';
import { where } from '../where.ts';
import { zeros } from '../zeros.ts';

/** The sums of the slices along the first axis of `x` that belong to each bin; those outside of all bins are left out. */
export function sumByBin(op: string, x: Tensor, ids: Tensor, count: number): Tensor {
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
  const inside = logicalAnd(greaterEqual(ids, 0), less(ids, count));
  // One more bin takes what belongs to none, and is cut off.
  const base = zeros([count + 1, ...data.slice(1)], x.dtype) as Tensor;
  const all = scatterAdd(base, x, where(inside, ids, count) as Tensor);
  return slice(
    all,
    all.abstract.shape.map(() => 0),
    [count, ...data.slice(1)],
  );
}
