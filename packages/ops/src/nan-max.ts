/** `nanMax`: the largest of the elements that are not NaN. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { all } from './all.ts';
import { defineComposite } from './definition/define.ts';
import { type FloatReduction, reduceArguments } from './definition/reduction.ts';
import { floating } from './definition/rules.ts';
import { isNaN } from './is-nan.ts';
import { max } from './max.ts';
import { where } from './where.ts';

/**
 * The largest of the elements that are not NaN over axes (all of them unless told). Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { nanMax, tensor } from '@deft/tensor';
 * console.log(nanMax(tensor([1, Number.NaN, 3])).item()); // 3
 * ```
 */
export const nanMax: OperationFunction<FloatReduction> = defineComposite({
  name: 'nanMax',
  inputs: ['x'],

  doc: {
    group: 'reduction',
    summary: 'The largest of the elements that are not NaN.',

    notes: ['NaN where all elements are NaN.'],
    see: ['max', 'isNaN'],
  },
  promote: 'float',
  arguments: reduceArguments('nanMax'),
  compose: ([x], { axes, keepDims }): Tensor => {
    floating('nanMax', x.abstract);
    const options = { axis: axes, keepDims };
    const isMissing = isNaN(x) as Tensor;
    const largest = max(where(isMissing, Number.NEGATIVE_INFINITY, x), options);
    return where(all(isMissing, options), Number.NaN, largest) as Tensor;
  },

  samples: [
    { label: 'with NaN', inputs: [nd([2, 3], [1, NaN, 3, 4, 5, NaN])], grad: [[0, 0, 0, 0, 1, 0]] },
    {
      label: 'an axis, kept',
      inputs: [nd([2, 3], [1, NaN, 3, 4, 5, 6])],
      rest: [{ axis: 1, keepDims: true }],
      grad: [[0, 0, 1, 0, 0, 1]],
    },
    { label: 'without NaN', inputs: [nd([2, 3], [1, 2.5, 3, 4, 5, 7])], rest: [{ axis: 0 }], grad: 'check' },
    { label: 'all NaN', inputs: [nd([2], [NaN, NaN])], grad: 'skip' },
    { label: 'integers', inputs: [nd([3], [1, 2, 4], 'int32')] },
  ],
  errors: [
    { label: 'out of range', inputs: [{ shape: [2] }], rest: [{ axis: 1 }], code: 'E_AXIS', says: /nanMax: axis/ },
    { label: 'bool', inputs: [{ shape: [2], dtype: 'bool' }], code: 'E_DTYPE', says: /nanMax: expected floating/ },
  ],
});
