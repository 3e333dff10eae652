/** `sum`: the sum over axes. */
import { abstractValue, nd, normalizeAxes, type OperationFunction, reducedShape, type Tensor } from '@deft/core';
import { broadcastTo } from './broadcast-to.ts';
import { definePrimitive } from './definition/define.ts';
import { reduceArguments, reduceReference, type SumReduction } from './definition/reduction.ts';
import { numeric } from './definition/rules.ts';
import { reshape } from './reshape.ts';

/**
 * The sum over axes (all of them unless told).
 *
 * @throws `E_AXIS` when an axis is out of range or given twice.
 * @example
 * ```ts
 * import { sum, tensor } from '@deft/tensor';
 * console.log(sum(tensor([[1, 2], [3, 4]]), { axis: 0 }).toArray()); // [4, 6]
 * ```
 */
export const sum: OperationFunction<SumReduction> = definePrimitive({
  name: 'sum',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'Sum of the elements over axes (all of them unless told).',
    notes: [
      'The sum of nothing is 0.',
      'Sums of floats are blocked: the error does not grow with the length.',
      'Bytes are summed in wider integers: int8 in int32, uint8 in uint32.',
    ],
    see: ['mean', 'prod'],
  },
  arguments: reduceArguments('sum', 'grows'),
  infer: ([x], { axes, keepDims }) => {
    const { dtype } = numeric('sum', x);
    return abstractValue(reducedShape(x.shape, axes, keepDims), dtype);
  },
  jvp: (_, [dx], attributes) => sumOver(dx, attributes.axes, attributes.keepDims),
  vjp: (ct, _, { axes }, _needs, [x]) => [
    broadcastTo(reshape(ct, reducedShape(x.shape, axes, true)), x.shape as number[]),
  ],
  batch: ([x], _, { axes, keepDims }) =>
    sumOver(
      x,
      axes.map((axis) => axis + 1),
      keepDims,
    ),
  summed: ([xs], { axes, keepDims }) => {
    const total = sumOver(xs, [0, ...axes.map((axis) => axis + 1)], keepDims);
    return keepDims ? reshape(total, total.shape.slice(1)) : total;
  },
  lower: (_, { axes }) => ({ form: 'reduce', combine: 'sum', axes }),
  complex: 'parts',
  reference: ([x], { axes, keepDims }) =>
    reduceReference(x, axes, keepDims, (values) => values.reduce((a, b) => a + b, 0)),
  samples: [
    { label: 'all axes', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], grad: 'check' },
    { label: 'bytes', inputs: [nd([3], [200, 255, 100], 'uint8')] },
    { label: 'whole numbers of 64 bits', inputs: [nd([3], [2 ** 40, -1, 2 ** 50], 'int64')] },
    { label: 'half precision', inputs: [nd([4], [2048, 1, 1, 1], 'float16')] },
    { label: 'complex numbers', inputs: [nd([2], [1, 2, -3, 4], 'complex64')] },
    { label: 'first axis', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [{ axis: 0 }], grad: 'check' },
    {
      label: 'last axis, kept',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])],
      rest: [{ axis: -1, keepDims: true }],
      grad: 'check',
    },
    {
      label: 'two axes of three',
      inputs: [nd([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])],
      rest: [{ axis: [0, 2] }],
      grad: 'check',
    },
    { label: 'scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'over an empty axis', inputs: [nd([2, 0], [])], rest: [{ axis: 1 }] },
    { label: 'integers', inputs: [nd([3], [1, -2, 3], 'int32')] },
    { label: 'nan', inputs: [nd([2, 2], [1, NaN, 3, 4])], rest: [{ axis: 1 }], grad: 'skip' },
  ],
  errors: [
    {
      label: 'an axis in place of options',
      inputs: [{ shape: [2, 3] }],
      rest: [1],
      code: 'E_ARGUMENT',
      says: /sum: options: expected an object such as \{ axis: 0 \}, got 1/,
    },
    {
      label: 'axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [{ axis: 2 }],
      code: 'E_AXIS',
      says: /sum: axis: .*from -2 to 1, got 2/,
    },
    {
      label: 'axis twice',
      inputs: [{ shape: [2, 3] }],
      rest: [{ axis: [0, -2] }],
      code: 'E_AXIS',
      says: /each axis once/,
    },
    { label: 'bool', inputs: [{ shape: [2], dtype: 'bool' }], code: 'E_DTYPE', says: /numeric input, got bool/ },
  ],
});

function sumOver(x: Tensor, axes: readonly number[], keepDims: boolean): Tensor {
  return sum(x, { axis: normalizeAxes('sum', axes, x.rank), keepDims }) as Tensor;
}
