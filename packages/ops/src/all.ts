/** `all`: whether every element is true, over axes. */
import { abstractValue, nd, type OperationFunction, reducedShape, type Tensor } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { type ReductionTo, reduceArguments, reduceReference } from './definition/reduction.ts';
import { logical } from './definition/rules.ts';

/**
 * Whether every element is true, over axes (all of them unless told).
 *
 * @throws `E_AXIS` when an axis is out of range or given twice.
 * @example
 * ```ts
 * import { all, tensor } from '@deft/tensor';
 * console.log(all(tensor([[true, false], [false, false]]), { axis: 1 }).toArray()); // [false, false]
 * ```
 */
export const all: OperationFunction<ReductionTo<'bool'>> = definePrimitive({
  name: 'all',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'Whether every element is true, over axes (all of them unless told).',
    notes: ['Over nothing: true.'],
    see: ['any', 'logicalAnd'],
  },
  arguments: reduceArguments('all'),
  infer: ([x], { axes, keepDims }) => abstractValue(reducedShape(x.shape, axes, keepDims), logical('all', x).dtype),
  nonDifferentiable: 'the result is bool',
  batch: ([x], _, { axes, keepDims }) => all(x, { axis: axes.map((axis) => axis + 1), keepDims }) as Tensor,
  lower: (_, { axes }) => ({ form: 'reduce', combine: 'min', axes }),
  reference: ([x], { axes, keepDims }) =>
    reduceReference(x, axes, keepDims, (values) => values.every((value) => value !== 0)),
  samples: [
    { label: 'all axes', inputs: [nd([2, 2], [1, 0, 0, 1], 'bool')] },
    { label: 'last axis', inputs: [nd([3, 2], [1, 1, 0, 1, 0, 0], 'bool')], rest: [{ axis: -1 }] },
    {
      label: 'first axis, kept',
      inputs: [nd([2, 3], [1, 0, 0, 1, 1, 0], 'bool')],
      rest: [{ axis: 0, keepDims: true }],
    },
    { label: 'scalar', inputs: [nd([], [1], 'bool')] },
    { label: 'over an empty axis', inputs: [nd([2, 0], [], 'bool')], rest: [{ axis: 1 }] },
  ],
  errors: [
    {
      label: 'axis out of range',
      inputs: [{ shape: [2], dtype: 'bool' }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /all: axis: .*from -1 to 0, got 1/,
    },
    { label: 'numbers', inputs: [{ shape: [2] }], code: 'E_DTYPE', says: /all: expected bool input, got float32/ },
  ],
});
