/** `any`: whether at least one element is true, over axes. */
import { abstractValue, nd, type OperationFunction, reducedShape, type Tensor } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { type ReductionTo, reduceArguments, reduceReference } from './definition/reduction.ts';
import { logical } from './definition/rules.ts';

/**
 * Whether at least one element is true, over axes (all of them unless told).
 *
 * @throws `E_AXIS` when an axis is out of range or given twice.
 * @example
 * ```ts
 * import { any, tensor } from '@deft/tensor';
 * console.log(any(tensor([[true, false], [false, false]]), { axis: 1 }).toArray()); // [true, false]
 * ```
 */
export const any: OperationFunction<ReductionTo<'bool'>> = definePrimitive({
  name: 'any',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'Whether at least one element is true, over axes (all of them unless told).',
    notes: ['Over nothing: false.'],
    see: ['all', 'logicalOr'],
  },
  arguments: reduceArguments('any'),
  infer: ([x], { axes, keepDims }) => abstractValue(reducedShape(x.shape, axes, keepDims), logical('any', x).dtype),
  nonDifferentiable: 'the result is bool',
  batch: ([x], _, { axes, keepDims }) => any(x, { axis: axes.map((axis) => axis + 1), keepDims }) as Tensor,
  lower: (_, { axes }) => ({ form: 'reduce', combine: 'max', axes }),
  reference: ([x], { axes, keepDims }) =>
    reduceReference(x, axes, keepDims, (values) => values.some((value) => value !== 0)),
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
      says: /any: axis: .*from -1 to 0, got 1/,
    },
    { label: 'numbers', inputs: [{ shape: [2] }], code: 'E_DTYPE', says: /any: expected bool input, got float32/ },
  ],
});
