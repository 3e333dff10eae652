/** `scatterMin`: slices at computed positions along an axis, where the smaller element stays. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { withBatchAxis } from './definition/batching.ts';
import { definePrimitive } from './definition/define.ts';
import {
  inferScatter,
  lowerScatter,
  type ScatterExtreme,
  scatterArguments,
  scatterCotangents,
  scatterReference,
  scatterTangent,
} from './definition/scatter-extreme.ts';

/**
 * `x` with the smaller of its elements and those of slices at the given positions along an axis; positions may occur several
 * times. `updates` has the shape that `gather(x, indices, options)` gives. A position outside of the axis is moved to its nearest
 * end.
 *
 * @throws `E_SHAPE` when the updates have another shape, `E_DTYPE` unless the indices are integers, `E_AXIS`.
 * @example
 * ```ts
 * import { scatterMin, tensor } from '@deft/tensor';
 * const best = scatterMin(tensor([3, 3]), tensor([1, 5, 4]), tensor([0, 1, 1], { dtype: 'int32' }));
 * console.log(best.toArray()); // [1, 3]
 * ```
 */
export const scatterMin: OperationFunction<ScatterExtreme> = definePrimitive({
  name: 'scatterMin',
  inputs: ['x', 'updates', 'indices'],
  doc: {
    group: 'indexing',
    summary: 'Slices at the given positions along an axis, where the smaller element stays.',
    math: 'scatterMin(x, u, i)[…, k, …] = min(x[…, k, …], u[…, j, …]) over all j with i[j] = k',
    notes: [
      '`updates` has the shape of `gather(x, indices, options)`.',
      'A position outside of the axis is moved to its nearest end.',
      'Where several elements are smallest, they get equal shares of the gradient.',
    ],
    see: ['scatterAdd', 'segmentMin', 'min'],
  },
  promote: ['x', 'updates'],
  arguments: scatterArguments('scatterMin'),
  infer: (inputs, attributes) => inferScatter('scatterMin', inputs, attributes),
  jvp: (primals, tangents, attributes, output) => scatterTangent(primals, tangents, attributes, output),
  vjp: (ct, { x, updates, indices, output }, attributes) =>
    scatterCotangents(ct, [x, updates, indices], output, attributes),
  saves: ['x', 'updates', 'indices', 'output'],
  batch: ([x, updates, indices], [a, b, c], { axis, batchDims }, size) =>
    scatterMin(withBatchAxis(x, a, size), withBatchAxis(updates, b, size), withBatchAxis(indices, c, size), {
      axis: axis + 1,
      batchDims: batchDims + 1,
    }) as Tensor,
  lower: (inputs, attributes) => lowerScatter('min', inputs, attributes),
  reference: (inputs, attributes) => scatterReference(inputs, attributes, Math.min),
  samples: [
    {
      label: 'rows',
      inputs: [nd([3, 2], [1, 25, 30, 4, 5, 6]), nd([2, 2], [10, 20, 35, 40]), nd([2], [2, 0], 'int32')],
      grad: 'check',
    },
    {
      label: 'one place twice',
      inputs: [nd([3], [1, 25, 3]), nd([3], [10, 20, 30]), nd([3], [1, 1, 0], 'int32')],
      grad: 'check',
    },
    {
      label: 'columns',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([2, 2], [10, 2.5, 5.5, 40]), nd([2], [2, 2], 'int32')],
      rest: [{ axis: 1 }],
      grad: 'check',
    },
    {
      label: 'equal elements',
      inputs: [nd([2], [7, 1]), nd([4], [7, 7, 7, 2]), nd([4], [0, 0, 0, 1], 'int32')],
      grad: [
        [0.25, 1],
        [0.25, 0.25, 0.25, 0],
      ],
    },
    {
      label: 'a scalar index',
      inputs: [nd([2, 2], [1, 2, 3, 25]), nd([2], [10, 20]), nd([], [1], 'int32')],
      grad: 'check',
    },
    { label: 'outside', inputs: [nd([3], [1, 2, 3]), nd([2], [10, -20]), nd([2], [-1, 9], 'int32')], grad: 'check' },
    {
      label: 'shared axes',
      inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 1], [10, -20]), nd([2, 1], [1, 0], 'int32')],
      rest: [{ batchDims: 1 }],
      grad: 'check',
    },
    { label: 'nothing new', inputs: [nd([2], [1, 2]), nd([0], []), nd([0], [], 'int32')] },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32'), nd([2], [5, -5], 'int32'), nd([2], [0, 1], 'int32')] },
    {
      label: 'unsigned',
      inputs: [nd([2], [1, 4294967295], 'uint32'), nd([2], [4294967295, 1], 'uint32'), nd([2], [0, 1], 'int32')],
    },
    {
      label: 'nan and infinities',
      inputs: [nd([3], [NaN, 1, 1]), nd([3], [1, NaN, -Infinity]), nd([3], [0, 1, 2], 'int32')],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'updates of another shape',
      inputs: [{ shape: [3, 2] }, { shape: [2] }, { shape: [2], dtype: 'int32' }],
      code: 'E_SHAPE',
      says: /scatterMin: updates: expected float32\[2, 2\], got float32\[2\]/,
    },
    {
      label: 'broken indices',
      inputs: [{ shape: [3] }, { shape: [2] }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /indices: expected int32 or uint32/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [3], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'int32' },
      ],
      code: 'E_DTYPE',
      says: /numeric input, got bool/,
    },
  ],
});
