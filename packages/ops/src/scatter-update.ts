/** `scatterUpdate`: slices replaced at computed positions along an axis. */
import {
  type AbstractValue,
  type DType,
  nd,
  type OperationFunction,
  type Shape,
  sizeOf,
  type Tensor,
} from '@deft/core';
import { arange } from './arange.ts';
import { withBatchAxis } from './definition/batching.ts';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { scatterAxisError, scatterErrors } from './definition/scatter-samples.ts';
import { inferScatter, lowerScatter, scatterCall, scatterReference } from './definition/scattering.ts';
import { equal } from './equal.ts';
import { type GatherOptions, gather } from './gather.ts';
import { reshape } from './reshape.ts';
import { where } from './where.ts';
import { zeros } from './zeros.ts';

interface ScatterUpdate {
  <S extends Shape, D extends DType>(
    x: Tensor<S, D>,
    updates: Tensor<Shape, D>,
    indices: TensorLike,
    options?: GatherOptions,
  ): Tensor<S, D>;
  (x: TensorLike, updates: TensorLike, indices: TensorLike, options?: GatherOptions): Tensor;
}

/**
 * `x` with slices replaced at the given positions along an axis; of several for one position the last in row-major order
 * stays. `updates` has the shape that `gather(x, indices, options)` gives. A position outside of the axis is moved to its
 * nearest end.
 *
 * @throws `E_SHAPE` when the updates have another shape, `E_DTYPE` unless the indices are integers, `E_AXIS`.
 *
 * @example
 * ```ts
 * import { scatterUpdate, tensor } from '@deft/tensor';
 * console.log(scatterUpdate(tensor([1, 2, 3]), tensor([9, 8]), tensor([2, 0], { dtype: 'int32' })).toArray()); // [8, 2, 9]
 * ```
 */
export const scatterUpdate: OperationFunction<ScatterUpdate> = definePrimitive({
  name: 'scatterUpdate',
  inputs: ['x', 'updates', 'indices'],
  doc: {
    group: 'indexing',
    summary: 'Slices replaced at the given positions along an axis.',
    math: 'scatterUpdate(x, u, i)[…, i[j], …] = u[…, j, …]',
    notes: [
      '`updates` has the shape of `gather(x, indices, options)`.',
      'Of several updates of one place the last stays, and it alone gets a gradient.',
      'A position outside of the axis is moved to its nearest end.',
    ],
    see: ['scatterAdd', 'tensorScatterUpdate', 'putAlongAxis'],
  },
  promote: ['x', 'updates'],
  arguments: (x: TensorLike, updates: TensorLike, indices: TensorLike, options: GatherOptions = {}) =>
    scatterCall('scatterUpdate', [x, updates, indices], options),
  infer: (inputs, attributes) => inferScatter('scatterUpdate', inputs, attributes),
  jvp: ([, , indices], [dx, dUpdates], attributes) => scatterUpdate(dx, dUpdates, indices, attributes),
  vjp: (ct, { indices }, attributes, needs, [x, updates]) => {
    if (!needs[0] && !needs[1]) return [null, null, null];
    const none = zeros(updates.shape, updates.dtype as 'float32');
    return [
      needs[0] ? scatterUpdate(ct, none, indices, attributes) : null,
      needs[1] ? where(staying(x, updates, indices, attributes), gather(ct, indices, attributes), 0) : null,
      null,
    ];
  },
  saves: ['indices'],
  batch: ([x, updates, indices], [a, b, c], { axis, batchDims }, size) =>
    scatterUpdate(withBatchAxis(x, a, size), withBatchAxis(updates, b, size), withBatchAxis(indices, c, size), {
      axis: axis + 1,
      batchDims: batchDims + 1,
    }),
  lower: (inputs, attributes) => lowerScatter('replace', inputs, attributes),
  complex: 'parts',
  reference: (inputs, attributes) => scatterReference(inputs, attributes, (_, update) => update),
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
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([2, 1], [10, 20]), nd([1], [2], 'int32')],
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
    { label: 'nothing to replace', inputs: [nd([2], [1, 2]), nd([0], []), nd([0], [], 'int32')] },
    { label: 'bool', inputs: [nd([2], [1, 1], 'bool'), nd([1], [0], 'bool'), nd([1], [0], 'int32')] },
    { label: 'nan', inputs: [nd([2], [NaN, 1]), nd([1], [Infinity]), nd([1], [0], 'int32')], grad: 'skip' },
  ],
  errors: [...scatterErrors('scatterUpdate'), scatterAxisError],
});

/** Which updates are still there at the end: each leaves its number behind, and looks whether it still stands. */
function staying(x: AbstractValue, updates: AbstractValue, indices: Tensor, attributes: GatherOptions): Tensor {
  const numbers = reshape(arange(0, sizeOf(updates.shape), 1, 'int32'), updates.shape) as Tensor;
  const left = scatterUpdate(zeros(x.shape, 'int32') as Tensor, numbers, indices, attributes);
  return equal(gather(left, indices, attributes), numbers) as Tensor;
}
