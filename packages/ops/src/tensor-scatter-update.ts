/** `tensorScatterUpdate`: slices replaced at positions in several axes. */
import { type DType, nd, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { flatIndices, flattenFirst } from './definition/flat-index.ts';
import { asIndices } from './definition/gathering.ts';
import { reshape } from './reshape.ts';
import { scatterUpdate } from './scatter-update.ts';

interface TensorScatterUpdate {
  <S extends Shape, D extends DType>(x: Tensor<S, D>, indices: TensorLike, updates: TensorLike): Tensor<S, D>;
  (x: TensorLike, indices: TensorLike, updates: TensorLike): Tensor;
}

/**
 * `x` with slices replaced at positions in its first axes: the last axis of `indices` holds one position for each of them.
 * Of several updates of one place the last stays.
 *
 * @throws `E_DTYPE` unless the indices are integers, `E_SHAPE` when the shapes do not fit.
 *
 * @example
 * ```ts
 * import { tensor, tensorScatterUpdate } from '@deft/tensor';
 * console.log(tensorScatterUpdate(tensor([[1, 2], [3, 4]]), tensor([[1, 0]], { dtype: 'int32' }), tensor([9])).toArray()); // [[1, 2], [9, 4]]
 * ```
 */
export const tensorScatterUpdate: OperationFunction<TensorScatterUpdate> = defineComposite({
  name: 'tensorScatterUpdate',
  inputs: ['x', 'indices', 'updates'],
  doc: {
    group: 'indexing',
    summary: 'Slices replaced at positions in the first axes.',
    math: 'tensorScatterUpdate(x, i, u)[i[b, 0], i[b, 1], …, …] = u[b, …]',
    notes: [
      'The updates have the shape of `gatherND(x, indices)`.',
      'A position outside of its axis is moved to the nearest end.',
    ],
    see: ['gatherND', 'scatterUpdate', 'scatterND'],
  },
  promote: ['x', 'updates'],
  arguments: (x: TensorLike, indices: TensorLike, updates: TensorLike) => ({
    inputs: [x, asIndices('tensorScatterUpdate', indices), updates],
    attributes: {},
  }),
  compose: ([x, indices, updates]): Tensor => {
    const { shape } = x.abstract;
    const flat = flatIndices('tensorScatterUpdate', indices, shape);
    return reshape(
      scatterUpdate(flattenFirst(x, indices.abstract.shape.at(-1) as number), updates, flat),
      shape as number[],
    ) as Tensor;
  },
  samples: [
    {
      label: 'elements',
      inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 2], [0, 1, 1, 0], 'int32'), nd([2], [8, 9])],
      grad: 'check',
    },
    {
      label: 'rows',
      inputs: [nd([3, 2], [1, 2, 3, 4, 5, 6]), nd([1, 1], [2], 'int32'), nd([1, 2], [8, 9])],
      grad: 'check',
    },
    {
      label: 'one place twice',
      inputs: [nd([2], [1, 2]), nd([2, 1], [1, 1], 'int32'), nd([2], [8, 9])],
      grad: 'check',
    },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32'), nd([1, 1], [1], 'int32'), nd([1], [8], 'int32')] },
    { label: 'nothing', inputs: [nd([2], [1, 2]), nd([0, 1], [], 'int32'), nd([0], [])] },
  ],
  errors: [
    {
      label: 'broken positions',
      inputs: [{ shape: [2, 2] }, { shape: [1, 2] }, { shape: [1] }],
      code: 'E_DTYPE',
      says: /tensorScatterUpdate: indices: expected integers, got float32/,
    },
    {
      label: 'updates that do not fit',
      inputs: [{ shape: [2] }, { shape: [1, 1], dtype: 'int32' }, { shape: [2] }],
      code: 'E_SHAPE',
      says: /updates: expected float32\[1\], got float32\[2\]/,
    },
  ],
});
