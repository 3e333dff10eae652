/** `gather`: elements at computed positions along an axis. */
import { abstractValue, type CheckAxes, nd, type OperationFunction, type Tensor } from '@deft/core';
import { withBatchAxis } from './definition/batching.ts';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import {
  asIndices,
  checkIndices,
  clampIndex,
  gatheredShape,
  indexMapOf,
  offsetOf,
  resolveAxis,
  splitPoint,
} from './definition/gathering.ts';
import type { Gathered } from './definition/joining-types.ts';
import { operand } from './definition/operand.ts';
import { elementAt, generate } from './definition/reference.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { moveAxis } from './move-axis.ts';
import { scatterAdd } from './scatter-add.ts';
import { zeros } from './zeros.ts';

/** Options of `gather` and `scatterAdd`. */
export interface GatherOptions<Axis extends number = number, Shared extends number = number> {
  /** The axis that is looked up; the first after the shared ones unless told. */
  readonly axis?: Axis;
  /** How many leading axes x and the indices share; 0 unless told. */
  readonly batchDims?: Shared;
}

type Gather = <
  const X extends TensorLike,
  const I extends TensorLike,
  const Shared extends number = 0,
  const Axis extends number = Shared,
>(
  x: X,
  indices: I,
  options?: GatherOptions<Axis, Shared> & CheckAxes<ShapeOf<X>, Axis>,
) => Tensor<Gathered<ShapeOf<X>, ShapeOf<I>, Axis, Shared>, DTypeOfOne<X>>;

/**
 * The slices of `x` at the given positions along an axis. The result has the axes of the indices in place of that axis.
 * A position outside of the axis is moved to its nearest end; negative ones do not count from the end.
 *
 * @throws `E_DTYPE` unless the indices are integers, `E_AXIS` when the axis is out of range, `E_SHAPE` when it is empty.
 * @example
 * ```ts
 * import { gather, tensor } from '@deft/tensor';
 * const x = tensor([[1, 2], [3, 4], [5, 6]]);
 * console.log(gather(x, tensor([2, 0], { dtype: 'int32' })).toArray()); // [[5, 6], [1, 2]]
 * ```
 */
export const gather: OperationFunction<Gather> = definePrimitive({
  name: 'gather',
  inputs: ['x', 'indices'],
  doc: {
    group: 'indexing',
    summary: 'The slices at the given positions along an axis.',
    math: 'gather(x, i)[…, j, …] = x[…, i[j], …]',
    notes: [
      'The result has the axes of the indices in place of the axis.',
      'A position outside of the axis is moved to its nearest end, so −1 reads the first element.',
      'With `batchDims` the first axes of x and the indices are shared: row i of the indices looks into row i of x.',
    ],
    see: ['scatterAdd', 'slice', 'oneHot'],
  },
  arguments: (x: TensorLike, indices: TensorLike, options: GatherOptions = {}) => {
    const input = operand('gather', 'x', x);
    const { batchDims = 0, axis = batchDims } = options;
    return {
      inputs: [input, asIndices('gather', indices)],
      attributes: resolveAxis('gather', axis, batchDims, input.rank),
    };
  },
  infer: ([x, indices], attributes) => {
    checkIndices('gather', x, indices, attributes);
    return abstractValue(gatheredShape(x.shape, indices.shape, attributes), x.dtype);
  },
  jvp: ([, indices], [dx], attributes) => gather(dx, indices, attributes),
  vjp: (ct, { indices }, attributes, _, [x]) => [
    scatterAdd(zeros(x.shape, x.dtype as 'float32'), ct, indices, attributes),
    null,
  ],
  saves: ['indices'],
  batch: ([x, indices], [xBatched, indicesBatched], { axis, batchDims }, size) => {
    if (xBatched && !indicesBatched && batchDims === 0) return gather(x, indices, { axis: axis + 1 });
    if (!xBatched && batchDims === 0) return moveAxis(gather(x, indices, { axis }), axis, 0);
    return gather(withBatchAxis(x, xBatched, size), withBatchAxis(indices, indicesBatched, size), {
      axis: axis + 1,
      batchDims: batchDims + 1,
    });
  },
  lower: ([x, indices], attributes, output) => ({
    form: 'gather',
    offset: offsetOf(x.shape, indices.shape.length, attributes),
    maps: [indexMapOf(output.shape, indices.shape, attributes)],
  }),
  complex: 'parts',
  reference: ([x, indices], attributes) =>
    generate(gatheredShape(x.shape, indices.shape, attributes), x.dtype, (point) => {
      const { indexPoint, sourcePoint } = splitPoint(point, indices.shape.length, attributes);
      return elementAt(x, sourcePoint(clampIndex(elementAt(indices, indexPoint), x.shape[attributes.axis] as number)));
    }),
  samples: [
    { label: 'rows', inputs: [nd([3, 2], [1, 2, 3, 4, 5, 6]), nd([2], [2, 0], 'int32')], grad: 'check' },
    { label: 'a row twice', inputs: [nd([3, 2], [1, 2, 3, 4, 5, 6]), nd([3], [1, 1, 1], 'int32')], grad: 'check' },
    {
      label: 'columns',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([2], [2, 1], 'int32')],
      rest: [{ axis: -1 }],
      grad: 'check',
    },
    { label: 'a scalar index', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([], [1], 'int32')], grad: 'check' },
    { label: 'a matrix of indices', inputs: [nd([3], [1, 2, 3]), nd([2, 2], [0, 1, 2, 0], 'int32')], grad: 'check' },
    { label: 'outside', inputs: [nd([3], [1, 2, 3]), nd([2], [-5, 7], 'int32')], grad: 'check' },
    {
      label: 'shared axes',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([2, 2], [0, 2, 1, 1], 'int32')],
      rest: [{ batchDims: 1 }],
      grad: 'check',
    },
    { label: 'unsigned indices', inputs: [nd([3], [1, 2, 3]), nd([2], [2, 4294967295], 'uint32')], grad: 'check' },
    { label: 'no indices', inputs: [nd([3, 2], [1, 2, 3, 4, 5, 6]), nd([0], [], 'int32')] },
    { label: 'of nothing, by nothing', inputs: [nd([0, 2], []), nd([0], [], 'int32')] },
    { label: 'an axis of size 1', inputs: [nd([1, 2], [1, 2]), nd([2], [0, 0], 'int32')], grad: 'check' },
  ],
  errors: [
    {
      label: 'broken indices',
      inputs: [{ shape: [3] }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /gather: indices: expected int32 or uint32, got float32/,
    },
    {
      label: 'out of range',
      inputs: [{ shape: [3] }, { shape: [2], dtype: 'int32' }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /from -1 to 0, got 1/,
    },
    {
      label: 'an empty axis',
      inputs: [{ shape: [0, 2] }, { shape: [2], dtype: 'int32' }],
      code: 'E_SHAPE',
      says: /axis 0 is empty/,
    },
    {
      label: 'shared axes differ',
      inputs: [{ shape: [2, 3] }, { shape: [3, 2], dtype: 'int32' }],
      rest: [{ batchDims: 1 }],
      code: 'E_SHAPE',
      says: /the first 1 axes are shared but differ/,
    },
    {
      label: 'an axis that is shared',
      inputs: [{ shape: [2, 3] }, { shape: [2], dtype: 'int32' }],
      rest: [{ axis: 0, batchDims: 1 }],
      code: 'E_AXIS',
      says: /axis: expected an axis behind the 1 shared ones, got 0/,
    },
    {
      label: 'half an axis shared',
      inputs: [{ shape: [2] }, { shape: [2], dtype: 'int32' }],
      rest: [{ batchDims: 0.5 }],
      code: 'E_ATTRIBUTE',
      says: /batchDims: .*got 0.5/,
    },
  ],
});
