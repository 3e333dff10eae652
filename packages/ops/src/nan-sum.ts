/** `nanSum`: the sum of the elements that are not NaN. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { type FloatReduction, reduceArguments } from './definition/reduction.ts';
import { floating } from './definition/rules.ts';
import { isNaN } from './is-nan.ts';
import { sum } from './sum.ts';
import { where } from './where.ts';

/**
 * The sum of the elements that are not NaN over axes (all of them unless told). Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { nanSum, tensor } from '@deft/tensor';
 * console.log(nanSum(tensor([1, Number.NaN, 3])).item()); // 4
 * ```
 */
export const nanSum: OperationFunction<FloatReduction> = defineComposite({
  name: 'nanSum',
  inputs: ['x'],

  doc: {
    group: 'reduction',
    summary: 'The sum of the elements that are not NaN.',

    notes: ['0 where all elements are NaN.'],
    see: ['sum', 'isNaN'],
  },
  promote: 'float',
  arguments: reduceArguments('nanSum', 'grows'),
  compose: ([x], { axes, keepDims }): Tensor => {
    floating('nanSum', x.abstract);
    const options = { axis: axes, keepDims };
    return sum(where(isNaN(x), 0, x), options) as Tensor;
  },

  samples: [
    { label: 'with NaN', inputs: [nd([2, 3], [1, NaN, 3, 4, 5, NaN])], grad: [[1, 0, 1, 1, 1, 0]] },
    {
      label: 'an axis, kept',
      inputs: [nd([2, 3], [1, NaN, 3, 4, 5, 6])],
      rest: [{ axis: 1, keepDims: true }],
      grad: [[1, 0, 1, 1, 1, 1]],
    },
    { label: 'without NaN', inputs: [nd([2, 3], [1, 2.5, 3, 4, 5, 7])], rest: [{ axis: 0 }], grad: 'check' },
    { label: 'all NaN', inputs: [nd([2], [NaN, NaN])], grad: 'skip' },
    { label: 'integers', inputs: [nd([3], [1, 2, 4], 'int32')] },
  ],
  errors: [
    { label: 'out of range', inputs: [{ shape: [2] }], rest: [{ axis: 1 }], code: 'E_AXIS', says: /nanSum: axis/ },
    { label: 'bool', inputs: [{ shape: [2], dtype: 'bool' }], code: 'E_DTYPE', says: /nanSum: expected floating/ },
  ],
});
