/** `nanMean`: the mean of the elements that are not NaN. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { type FloatReduction, reduceArguments } from './definition/reduction.ts';
import { floating } from './definition/rules.ts';
import { div } from './div.ts';
import { isNaN } from './is-nan.ts';
import { onesLike } from './ones-like.ts';
import { sum } from './sum.ts';
import { where } from './where.ts';

/**
 * The mean of the elements that are not NaN over axes (all of them unless told). Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { nanMean, tensor } from '@deft/tensor';
 * console.log(nanMean(tensor([1, Number.NaN, 3])).item()); // 2
 * ```
 */
export const nanMean: OperationFunction<FloatReduction> = defineComposite({
  name: 'nanMean',
  inputs: ['x'],

  doc: {
    group: 'reduction',
    summary: 'The mean of the elements that are not NaN.',

    notes: ['NaN where all elements are NaN.'],
    see: ['mean', 'isNaN'],
  },
  promote: 'float',
  arguments: reduceArguments('nanMean'),
  compose: ([x], { axes, keepDims }): Tensor => {
    floating('nanMean', x.abstract);
    const options = { axis: axes, keepDims };
    const isMissing = isNaN(x) as Tensor;
    const count = sum(where(isMissing, 0, onesLike(x)), options);
    return div(sum(where(isMissing, 0, x), options), count) as Tensor;
  },

  samples: [
    { label: 'with NaN', inputs: [nd([2, 3], [1, NaN, 3, 4, 5, NaN])], grad: [[0.25, 0, 0.25, 0.25, 0.25, 0]] },
    {
      label: 'an axis, kept',
      inputs: [nd([2, 3], [1, NaN, 3, 4, 5, 6])],
      rest: [{ axis: 1, keepDims: true }],
      grad: [[0.5, 0, 0.5, 1 / 3, 1 / 3, 1 / 3]],
    },
    { label: 'without NaN', inputs: [nd([2, 3], [1, 2.5, 3, 4, 5, 7])], rest: [{ axis: 0 }], grad: 'check' },
    { label: 'all NaN', inputs: [nd([2], [NaN, NaN])], grad: 'skip' },
    { label: 'integers', inputs: [nd([3], [1, 2, 4], 'int32')] },
  ],
  errors: [
    { label: 'out of range', inputs: [{ shape: [2] }], rest: [{ axis: 1 }], code: 'E_AXIS', says: /nanMean: axis/ },
    { label: 'bool', inputs: [{ shape: [2], dtype: 'bool' }], code: 'E_DTYPE', says: /nanMean: expected floating/ },
  ],
});
