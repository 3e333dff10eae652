/** `median`: the value in the middle. */
import { nd, type OperationFunction, reducedShape, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { checkNotEmpty, plainQuantile, quantileOf, sortedOver } from './definition/quantiles.ts';
import { type FloatReduction, reduceArguments, reduceReference } from './definition/reduction.ts';
import { floating } from './definition/rules.ts';
import { reshape } from './reshape.ts';

/**
 * The middle of the sorted elements over axes (all of them unless told); between two, their mean. Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice.
 *
 * @example
 * ```ts
 * import { median, tensor } from '@deft/tensor';
 * console.log(median(tensor([5, 1, 3, 10])).toArray()); // 4
 * ```
 */
export const median: OperationFunction<FloatReduction> = defineComposite({
  name: 'median',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'The middle of the sorted elements over axes (all of them unless told); between two, their mean.',
    notes: ['NaN if any element is NaN.'],
    see: ['quantile', 'mean'],
  },
  arguments: reduceArguments('median'),
  promote: 'float',
  compose: ([x], { axes, keepDims }): Tensor => {
    floating('median', x.abstract);
    checkNotEmpty('median', x, axes);
    const middle = quantileOf(sortedOver(x, axes), 0.5, 'midpoint');
    return reshape(middle, reducedShape(x.abstract.shape, axes, keepDims)) as Tensor;
  },
  reference: ([x], { axes, keepDims }) =>
    reduceReference(x, axes, keepDims, (values) => plainQuantile(values, 0.5, 'midpoint')),
  samples: [
    { label: 'all axes', inputs: [nd([2, 3], [1, 2, 4, 7, 5, 6])], grad: 'check' },
    { label: 'first axis', inputs: [nd([2, 3], [1, 2, 3, 4, 0, 6])], rest: [{ axis: 0 }], grad: 'check' },
    {
      label: 'last axis, kept',
      inputs: [nd([2, 3], [1, 2, 4, 4.5, 7, 6])],
      rest: [{ axis: -1, keepDims: true }],
      grad: 'check',
    },
    { label: 'scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'two axes of three', inputs: [nd([2, 1, 2], [1, 5, 2, 8])], rest: [{ axis: [0, 2] }], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [1, -2, 3], 'int32')] },
    { label: 'nan', inputs: [nd([2, 2], [1, NaN, 3, 4])], rest: [{ axis: 1 }], grad: 'skip' },
    { label: 'infinities', inputs: [nd([3], [1, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [{ axis: 2 }],
      code: 'E_AXIS',
      says: /median: axis: .*from -2 to 1, got 2/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /expected floating input, got bool/,
    },
    {
      label: 'nothing',
      inputs: [{ shape: [2, 0] }],
      rest: [{ axis: 1 }],
      code: 'E_SHAPE',
      says: /median: there are no elements over the axes/,
    },
  ],
});
