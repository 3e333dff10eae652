/** `gatherND`: slices at positions in several axes. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { flatIndices, flattenFirst } from './definition/flat-index.ts';
import { asIndices } from './definition/gathering.ts';
import type { Looked } from './definition/joining-types.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { gather } from './gather.ts';

type GatherND = <const X extends TensorLike, const I extends TensorLike>(
  x: X,
  indices: I,
) => Tensor<Looked<ShapeOf<X>, ShapeOf<I>>, DTypeOfOne<X>>;

/**
 * The slices of `x` at positions in its first axes: the last axis of `indices` holds one position for each of them.
 * A position outside of its axis is moved to the nearest end.
 *
 * @throws `E_DTYPE` unless the indices are integers, `E_SHAPE` when they name more axes than there are.
 *
 * @example
 * ```ts
 * import { gatherND, tensor } from '@deft/tensor';
 * console.log(gatherND(tensor([[1, 2], [3, 4]]), tensor([[0, 1], [1, 0]], { dtype: 'int32' })).toArray()); // [2, 3]
 * ```
 */
export const gatherND: OperationFunction<GatherND> = defineComposite({
  name: 'gatherND',
  inputs: ['x', 'indices'],
  doc: {
    group: 'indexing',
    summary: 'The slices at positions in the first axes.',
    math: 'gatherND(x, i)[b, …] = x[i[b, 0], i[b, 1], …, …]',
    notes: ['A position outside of its axis is moved to the nearest end.'],
    see: ['gather', 'scatterND', 'tensorScatterUpdate'],
  },
  arguments: (x: TensorLike, indices: TensorLike) => ({ inputs: [x, asIndices('gatherND', indices)], attributes: {} }),
  compose: ([x, indices]): Tensor => {
    const flat = flatIndices('gatherND', indices, x.abstract.shape);
    return gather(flattenFirst(x, indices.abstract.shape.at(-1) as number), flat);
  },
  samples: [
    { label: 'elements', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([3, 2], [0, 1, 1, 0, 1, 0], 'int32')], grad: 'check' },
    { label: 'rows', inputs: [nd([3, 2], [1, 2, 3, 4, 5, 6]), nd([2, 1], [2, 0], 'int32')], grad: 'check' },
    {
      label: 'a matrix of positions',
      inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 1, 2], [0, 1, 1, 1], 'int32')],
      grad: 'check',
    },
    { label: 'one position', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2], [1, 0], 'int32')], grad: 'check' },
    { label: 'outside', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([1, 2], [-3, 7], 'int32')], grad: 'check' },
    { label: 'unsigned', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([1, 2], [1, 1], 'uint32')], grad: 'check' },
    { label: 'no positions', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([0, 2], [], 'int32')] },
  ],
  errors: [
    {
      label: 'broken positions',
      inputs: [{ shape: [2, 2] }, { shape: [1, 2] }],
      code: 'E_DTYPE',
      says: /gatherND: indices: expected integers, got float32/,
    },
    {
      label: 'too many axes',
      inputs: [{ shape: [2] }, { shape: [1, 2], dtype: 'int32' }],
      code: 'E_SHAPE',
      says: /gatherND: indices: expected a last axis of 1 to 1 positions/,
    },
  ],
});
