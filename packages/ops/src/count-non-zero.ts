/** `countNonZero`: how many elements are not 0. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { cast } from './cast.ts';
import { defineComposite } from './definition/define.ts';
import { type ReductionTo, reduceArguments, reduceReference } from './definition/reduction.ts';
import { notEqual } from './not-equal.ts';
import { sum } from './sum.ts';

/**
 * How many elements over axes (all of them unless told) are not 0.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice.
 *
 * @example
 * ```ts
 * import { countNonZero, tensor } from '@deft/tensor';
 * console.log(countNonZero(tensor([0, 3, 0, 5])).toArray()); // 2
 * ```
 */
export const countNonZero: OperationFunction<ReductionTo<'int32'>> = defineComposite({
  name: 'countNonZero',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'How many elements over axes (all of them unless told) are not 0.',
    notes: ['NaN is not 0.'],
    see: ['sum', 'any'],
  },
  arguments: reduceArguments('countNonZero'),
  compose: ([x], { axes, keepDims }): Tensor => {
    return sum(cast(notEqual(x, 0), 'int32'), { axis: axes, keepDims }) as Tensor;
  },
  nonDifferentiable: 'the result is a number of elements',
  reference: ([x], { axes, keepDims }) =>
    reduceReference(x, axes, keepDims, (values) => values.filter((v) => v !== 0).length, 'int32'),
  samples: [
    { label: 'all axes', inputs: [nd([2, 3], [1, 0, 0, 4, 0, 6])] },
    { label: 'an axis, kept', inputs: [nd([2, 3], [1, 0, 0, 4, 0, 6])], rest: [{ axis: 1, keepDims: true }] },
    { label: 'scalar', inputs: [nd([], [3])] },
    { label: 'bool', inputs: [nd([3], [1, 0, 1], 'bool')] },
    { label: 'integers', inputs: [nd([3], [1, -2, 3], 'int32')] },
    { label: 'empty', inputs: [nd([2, 0], [])], rest: [{ axis: 1 }] },
    { label: 'nan', inputs: [nd([2], [NaN, 0])] },
  ],
  errors: [
    {
      label: 'axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [{ axis: 2 }],
      code: 'E_AXIS',
      says: /countNonZero: axis: .*from -2 to 1, got 2/,
    },
  ],
});
