/** `min`: the smallest element over axes. */
import { abstractValue, nd, normalizeAxes, type OperationFunction, reducedShape, type Tensor } from '@deft/core';
import { extremes } from '@deft/kernel';
import { cast } from './cast.ts';
import { definePrimitive } from './definition/define.ts';
import { type Reduction, type ReductionAttributes, reduceArguments, reduceReference } from './definition/reduction.ts';
import { numeric } from './definition/rules.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { reshape } from './reshape.ts';
import { sum } from './sum.ts';
import { where } from './where.ts';

/**
 * The smallest element over axes (all of them unless told).
 *
 * @throws `E_AXIS` when an axis is out of range or given twice.
 * @example
 * ```ts
 * import { min, tensor } from '@deft/tensor';
 * console.log(min(tensor([[1, 5], [7, 3]]), { axis: 0 }).toArray()); // [1, 3]
 * ```
 */
export const min: OperationFunction<Reduction> = definePrimitive({
  name: 'min',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'The smallest element over axes (all of them unless told).',
    notes: [
      'NaN if any element is NaN. The minimum of nothing is the highest value of the dtype (Infinity for floats).',
      'Where several elements are smallest, they get equal shares of the gradient.',
    ],
    see: ['max', 'argMin', 'minimum'],
  },
  arguments: reduceArguments('min'),
  infer: ([x], { axes, keepDims }) => {
    const { dtype } = numeric('min', x);
    return abstractValue(reducedShape(x.shape, axes, keepDims), dtype);
  },
  jvp: ([x], [dx], { axes, keepDims }, output) => {
    const { chosen, count } = winners(x, output, axes);
    const total = sum(where(chosen, dx, 0), { axis: axes, keepDims: true });
    return reshape(div(total, count), reducedShape(x.abstract.shape, axes, keepDims)) as Tensor;
  },
  vjp: (ct, { x, output }, { axes }) => {
    const { chosen, count } = winners(x, output, axes);
    return [where(chosen, div(reshape(ct, count.shape as number[]), count), 0)];
  },
  saves: ['x', 'output'],
  batch: ([x], _, { axes, keepDims }) => min(x, { axis: axes.map((axis) => axis + 1), keepDims }) as Tensor,
  lower: (_, { axes }) => ({ form: 'reduce', combine: 'min', axes }),
  reference: ([x], { axes, keepDims }: ReductionAttributes) =>
    reduceReference(x, axes, keepDims, (values) =>
      values.reduce((a, b) => Math.min(a, b), Number(extremes[x.dtype][1])),
    ),
  samples: [
    { label: 'all axes', inputs: [nd([2, 3], [1, 2, 9, 4, -5, 6])], grad: 'check' },
    { label: 'first axis', inputs: [nd([2, 3], [1, 2, 9, 4, -5, 6])], rest: [{ axis: 0 }], grad: 'check' },
    {
      label: 'last axis, kept',
      inputs: [nd([2, 3], [1, 2, 9, 4, -5, 6])],
      rest: [{ axis: -1, keepDims: true }],
      grad: 'check',
    },
    {
      label: 'two axes of three',
      inputs: [nd([2, 2, 2], [1, 2, 3, 4, -5, 6, 7, 8])],
      rest: [{ axis: [0, 2] }],
      grad: 'check',
    },
    {
      label: 'equal elements share the gradient',
      inputs: [nd([2, 3], [1, 1, 2, 3, 3, 3])],
      rest: [{ axis: 1 }],
      grad: [[0.5, 0.5, 0, 1 / 3, 1 / 3, 1 / 3]],
    },
    { label: 'scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'over an empty axis', inputs: [nd([2, 0], [])], rest: [{ axis: 1 }] },
    { label: 'integers', inputs: [nd([3], [1, -2, 3], 'int32')] },
    { label: 'unsigned integers', inputs: [nd([3], [1, 4294967295, 3], 'uint32')] },
    { label: 'integers over an empty axis', inputs: [nd([2, 0], [], 'int32')], rest: [{ axis: 1 }] },
    {
      label: 'nan and infinities',
      inputs: [nd([3, 2], [1, NaN, Infinity, 4, -Infinity, -Infinity])],
      rest: [{ axis: 1 }],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [{ axis: 2 }],
      code: 'E_AXIS',
      says: /min: axis: .*from -2 to 1, got 2/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /min: expected numeric input, got bool/,
    },
  ],
});

/** Where `x` is the smallest one, and how many such elements there are for each result, with the reduced axes kept. */
function winners(x: Tensor, output: Tensor, axes: readonly number[]): { chosen: Tensor; count: Tensor } {
  const kept = reducedShape(x.abstract.shape, normalizeAxes('min', axes, x.rank), true);
  const chosen: Tensor = equal(x, reshape(output, kept));
  return { chosen, count: sum(cast(chosen, x.dtype), { axis: axes, keepDims: true }) };
}
