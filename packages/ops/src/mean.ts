/** `mean`: the arithmetic mean over axes. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { countOver, type FloatReduction, reduceArguments } from './definition/reduction.ts';
import { floating } from './definition/rules.ts';
import { div } from './div.ts';
import { sum } from './sum.ts';

/**
 * The arithmetic mean over axes (all of them unless told). Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice.
 * @example
 * ```ts
 * import { mean, tensor } from '@deft/tensor';
 * console.log(mean(tensor([[1, 2], [3, 4]]), { axis: 0 }).toArray()); // [2, 3]
 * ```
 */
export const mean: OperationFunction<FloatReduction> = defineComposite({
  name: 'mean',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'The arithmetic mean over axes (all of them unless told).',
    notes: ['The mean of nothing is NaN.'],
    see: ['sum', 'variance'],
  },
  arguments: reduceArguments('mean'),
  promote: 'float',
  compose: ([x], { axes, keepDims }) => {
    floating('mean', x.abstract);
    const total = sum(x, { axis: axes, keepDims }) as Tensor;
    return div(total, countOver(x.abstract.shape, axes));
  },
  samples: [
    { label: 'all axes', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], grad: 'check' },
    { label: 'first axis', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [{ axis: 0 }], grad: 'check' },
    {
      label: 'last axis, kept',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])],
      rest: [{ axis: -1, keepDims: true }],
      grad: 'check',
    },
    {
      label: 'two axes of three',
      inputs: [nd([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 9])],
      rest: [{ axis: [0, 2] }],
      grad: 'check',
    },
    { label: 'scalar', inputs: [nd([], [3])], grad: 'check' },
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
      says: /mean: axis: .*from -2 to 1, got 2/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /mean: expected floating input, got bool/,
    },
  ],
});
