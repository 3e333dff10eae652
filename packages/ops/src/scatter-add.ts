/** `scatterAdd`: slices added at computed positions along an axis. */
import { type DType, nd, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import { withBatchAxis } from './definition/batching.ts';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { numeric } from './definition/rules.ts';
import { scatterAxisError, scatterBoolError, scatterErrors } from './definition/scatter-samples.ts';
import { inferScatter, lowerScatter, scatterCall, scatterReference } from './definition/scattering.ts';
import { type GatherOptions, gather } from './gather.ts';

interface ScatterAdd {
  <S extends Shape, D extends DType>(
    x: Tensor<S, D>,
    updates: Tensor<Shape, D>,
    indices: TensorLike,
    options?: GatherOptions,
  ): Tensor<S, D>;
  (x: TensorLike, updates: TensorLike, indices: TensorLike, options?: GatherOptions): Tensor;
}

/**
 * `x` with slices added at the given positions along an axis; positions that occur several times add up. `updates` has the
 * shape that `gather(x, indices, options)` gives, of which this is the adjoint. A position outside of the axis is moved to
 * its nearest end.
 *
 * @throws `E_SHAPE` when the updates have another shape, `E_DTYPE` unless the indices are integers, `E_AXIS`.
 * @example
 * ```ts
 * import { scatterAdd, tensor, zeros } from '@deft/tensor';
 * const counts = scatterAdd(zeros([3]), tensor([1, 1, 1]), tensor([2, 0, 2], { dtype: 'int32' }));
 * console.log(counts.toArray()); // [1, 0, 2]
 * ```
 */
export const scatterAdd: OperationFunction<ScatterAdd> = definePrimitive({
  name: 'scatterAdd',
  inputs: ['x', 'updates', 'indices'],
  doc: {
    group: 'indexing',
    summary: 'Slices added at the given positions along an axis.',
    math: 'scatterAdd(x, u, i)[…, k, …] = x[…, k, …] + Σ u[…, j, …] over all j with i[j] = k',
    notes: [
      '`updates` has the shape of `gather(x, indices, options)`, whose adjoint this is.',
      'A position outside of the axis is moved to its nearest end.',
      'Updates are added in row-major order, so the result does not depend on threads.',
    ],
    see: ['gather'],
  },
  promote: ['x', 'updates'],
  arguments: (x: TensorLike, updates: TensorLike, indices: TensorLike, options: GatherOptions = {}) =>
    scatterCall('scatterAdd', [x, updates, indices], options),
  infer: (inputs, attributes) => {
    numeric('scatterAdd', inputs[0]);
    return inferScatter('scatterAdd', inputs, attributes);
  },
  jvp: ([, , indices], [dx, dUpdates], attributes) => scatterAdd(dx, dUpdates, indices, attributes),
  vjp: (ct, { indices }, attributes) => [ct, gather(ct, indices, attributes), null],
  saves: ['indices'],
  batch: ([x, updates, indices], [a, b, c], { axis, batchDims }, size) =>
    scatterAdd(withBatchAxis(x, a, size), withBatchAxis(updates, b, size), withBatchAxis(indices, c, size), {
      axis: axis + 1,
      batchDims: batchDims + 1,
    }),
  lower: (inputs, attributes) => lowerScatter('add', inputs, attributes),
  complex: 'parts',
  reference: (inputs, attributes) => scatterReference(inputs, attributes, (old, update) => old + update),
  samples: [
    {
      label: 'rows',
      inputs: [nd([3, 2], [1, 2, 3, 4, 5, 6]), nd([2, 2], [10, 20, 30, 40]), nd([2], [2, 0], 'int32')],
      grad: 'check',
    },
    {
      label: 'one place twice',
      inputs: [nd([3], [1, 2, 3]), nd([3], [10, 20, 30]), nd([3], [1, 1, 0], 'int32')],
      grad: 'check',
    },
    {
      label: 'columns',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([2, 2], [10, 20, 30, 40]), nd([2], [2, 2], 'int32')],
      rest: [{ axis: 1 }],
      grad: 'check',
    },
    {
      label: 'a scalar index',
      inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2], [10, 20]), nd([], [1], 'int32')],
      grad: 'check',
    },
    { label: 'outside', inputs: [nd([3], [1, 2, 3]), nd([2], [10, 20]), nd([2], [-1, 9], 'int32')], grad: 'check' },
    {
      label: 'shared axes',
      inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 1], [10, 20]), nd([2, 1], [1, 0], 'int32')],
      rest: [{ batchDims: 1 }],
      grad: 'check',
    },
    { label: 'nothing to add', inputs: [nd([2], [1, 2]), nd([0], []), nd([0], [], 'int32')] },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32'), nd([1], [5], 'int32'), nd([1], [0], 'int32')] },
  ],
  errors: [...scatterErrors('scatterAdd'), scatterAxisError, scatterBoolError],
});
