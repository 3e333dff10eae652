/** `scatterND`: slices added up at positions in several axes of zeros. */
import { checkShape, type Dim, type Filled, nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { flatIndices, flattenFirst } from './definition/flat-index.ts';
import { asIndices } from './definition/gathering.ts';
import type { DTypeOfOne } from './definition/signatures.ts';
import { reshape } from './reshape.ts';
import { scatterAdd } from './scatter-add.ts';
import { zeros } from './zeros.ts';

type ScatterND = <const U extends TensorLike, const S extends readonly Dim[]>(
  indices: TensorLike,
  updates: U,
  shape: S,
) => Tensor<Filled<S>, DTypeOfOne<U>>;

/**
 * Zeros of the given shape with slices added at positions in the first axes: the last axis of `indices` holds one position
 * for each of them; positions that occur several times add up.
 *
 * @throws `E_DTYPE` unless the indices are integers, `E_SHAPE` when the shapes do not fit, `E_DIM`.
 *
 * @example
 * ```ts
 * import { scatterND, tensor } from '@deft/tensor';
 * console.log(scatterND(tensor([[0], [2], [0]], { dtype: 'int32' }), tensor([1, 2, 3]), [4]).toArray()); // [4, 0, 2, 0]
 * ```
 */
export const scatterND: OperationFunction<ScatterND> = defineComposite({
  name: 'scatterND',
  inputs: ['indices', 'updates'],
  doc: {
    group: 'indexing',
    summary: 'Slices added up at positions in the first axes of zeros.',
    math: 'scatterND(i, u)[p, …] = Σ u[b, …] over all b with i[b] = p',
    notes: ['A position outside of its axis is moved to the nearest end.'],
    see: ['gatherND', 'scatterAdd', 'tensorScatterUpdate'],
  },
  arguments: (indices: TensorLike, updates: TensorLike, shape: readonly number[]) => {
    checkShape('scatterND', shape);
    return { inputs: [asIndices('scatterND', indices), updates], attributes: { shape } };
  },
  compose: ([indices, updates], { shape }): Tensor => {
    const flat = flatIndices('scatterND', indices, shape);
    const base = flattenFirst(zeros(shape, updates.dtype) as Tensor, indices.abstract.shape.at(-1) as number);
    return reshape(scatterAdd(base, updates, flat), shape as number[]) as Tensor;
  },
  samples: [
    {
      label: 'elements',
      inputs: [nd([3, 2], [0, 1, 1, 0, 0, 1], 'int32'), nd([3], [7, 8, 9])],
      rest: [[2, 2]],
      grad: 'check',
    },
    { label: 'rows', inputs: [nd([2, 1], [2, 0], 'int32'), nd([2, 2], [1, 2, 3, 4])], rest: [[3, 2]], grad: 'check' },
    { label: 'integers', inputs: [nd([1, 1], [1], 'int32'), nd([1], [8], 'int32')], rest: [[2]] },
    { label: 'nothing', inputs: [nd([0, 1], [], 'int32'), nd([0], [])], rest: [[2]] },
  ],
  errors: [
    {
      label: 'broken positions',
      inputs: [{ shape: [1, 1] }, { shape: [1] }],
      rest: [[2]],
      code: 'E_DTYPE',
      says: /scatterND: indices: expected integers, got float32/,
    },
    {
      label: 'updates that do not fit',
      inputs: [{ shape: [1, 1], dtype: 'int32' }, { shape: [2] }],
      rest: [[4]],
      code: 'E_SHAPE',
      says: /updates: expected float32\[1\], got float32\[2\]/,
    },
    {
      label: 'a negative dim',
      inputs: [{ shape: [1, 1], dtype: 'int32' }, { shape: [1] }],
      rest: [[-4]],
      code: 'E_DIM',
      says: /scatterND: shape: /,
    },
  ],
});
