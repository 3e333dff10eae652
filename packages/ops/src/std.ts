/** `std`: the standard deviation over axes. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { type FloatReduction, reduceArguments } from './definition/reduction.ts';
import { rootOf } from './definition/root.ts';
import { floating } from './definition/rules.ts';
import { type VarianceOptions, variance } from './variance.ts';

/**
 * The standard deviation over axes (all of them unless told). Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice, `E_ATTRIBUTE` for a bad correction.
 * @example
 * ```ts
 * import { std, tensor } from '@deft/tensor';
 * console.log(std(tensor([1, 3])).toArray()); // 1
 * ```
 */
export const std: OperationFunction<FloatReduction<VarianceOptions>> = defineComposite({
  name: 'std',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'The square root of the variance, over axes (all of them unless told).',
    notes: ['The derivative is 0 where all elements are equal.'],
    see: ['variance'],
  },
  arguments: (x: TensorLike, options: VarianceOptions = {}) => {
    const { inputs, attributes } = reduceArguments('std')(x, options);
    return {
      inputs,
      attributes: { ...attributes, correction: finiteNumber('std', 'correction', options.correction ?? 0, 0) },
    };
  },
  promote: 'float',
  compose: ([x], { axes, keepDims, correction }) => {
    floating('std', x.abstract);
    return rootOf(variance(x, { axis: axes, keepDims, correction }) as Tensor);
  },
  samples: [
    { label: 'all axes', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 8])], grad: 'check' },
    { label: 'first axis', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 8])], rest: [{ axis: 0 }], grad: 'check' },
    {
      label: 'last axis, kept',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 8])],
      rest: [{ axis: -1, keepDims: true }],
      grad: 'check',
    },
    {
      label: 'of a sample',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 8])],
      rest: [{ axis: 1, correction: 1 }],
      grad: 'check',
    },
    { label: 'equal elements', inputs: [nd([3], [2, 2, 2])], grad: [[0, 0, 0]] },
    { label: 'integers', inputs: [nd([4], [1, 2, 3, 5], 'int32')] },
    { label: 'over an empty axis', inputs: [nd([2, 0], [])], rest: [{ axis: 1 }] },
    { label: 'nan and infinities', inputs: [nd([2, 2], [1, NaN, Infinity, 4])], rest: [{ axis: 1 }], grad: 'skip' },
  ],
  errors: [
    {
      label: 'axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [{ axis: 2 }],
      code: 'E_AXIS',
      says: /std: axis: .*from -2 to 1, got 2/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /std: expected floating input, got bool/,
    },
  ],
});
