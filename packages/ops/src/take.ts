/** `take`: elements at positions along an axis, or of all. */
import { type CheckAxes, nd, normalizeAxis, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { asIndices } from './definition/gathering.ts';
import { operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { gather } from './gather.ts';
import { reshape } from './reshape.ts';

type Take = <const X extends TensorLike, const I extends TensorLike, const A extends number | undefined = undefined>(
  x: X,
  indices: I,
  axis?: A & CheckAxes<ShapeOf<X>, A>,
) => Tensor<A extends number ? ReplaceAxes<ShapeOf<X>, A, ShapeOf<I>> : ShapeOf<I>, DTypeOfOne<X>>;

/**
 * The slices at the given positions along an axis, or the elements of the flattened tensor where no axis is told.
 *
 * @throws `E_DTYPE` unless the indices are integers, `E_AXIS` when the axis is out of range.
 *
 * @example
 * ```ts
 * import { take, tensor } from '@deft/tensor';
 * console.log(take(tensor([[1, 2], [3, 4]]), tensor([3, 0], { dtype: 'int32' })).toArray()); // [4, 1]
 * ```
 */
export const take: OperationFunction<Take> = defineComposite({
  name: 'take',
  inputs: ['x', 'indices'],
  doc: {
    group: 'indexing',
    summary: 'The slices at positions along an axis, or elements of the flattened tensor.',
    notes: ['A position outside of the axis is moved to its nearest end.'],
    see: ['gather', 'takeAlongAxis'],
  },
  arguments: (x: TensorLike, indices: TensorLike, axis?: number) => {
    const input = operand('take', 'x', x);
    return {
      inputs: [input, asIndices('take', indices)],
      attributes: { axis: axis === undefined ? null : normalizeAxis('take', axis, input.rank) },
    };
  },
  compose: ([x, indices], { axis }): Tensor =>
    axis === null ? gather(reshape(x, [x.size]) as Tensor, indices) : gather(x, indices, { axis }),
  samples: [
    { label: 'of all', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2], [3, 0], 'int32')], grad: 'check' },
    { label: 'columns', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([1], [1], 'int32')], rest: [-1], grad: 'check' },
    { label: 'none', inputs: [nd([2], [1, 2]), nd([0], [], 'int32')] },
  ],
  errors: [
    {
      label: 'broken indices',
      inputs: [{ shape: [3] }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /take.*: indices: expected /,
    },
    {
      label: 'out of range',
      inputs: [{ shape: [3] }, { shape: [2], dtype: 'int32' }],
      rest: [1],
      code: 'E_AXIS',
      says: /take: axis: .*got 1/,
    },
  ],
});
