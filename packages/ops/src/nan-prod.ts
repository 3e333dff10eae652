/** `nanProd`: the product of the elements that are not NaN. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { type FloatReduction, reduceArguments } from './definition/reduction.ts';
import { floating } from './definition/rules.ts';
import { isNaN } from './is-nan.ts';
import { prod } from './prod.ts';
import { where } from './where.ts';

/**
 * The product of the elements that are not NaN over axes (all of them unless told). Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { nanProd, tensor } from '@deft/tensor';
 * console.log(nanProd(tensor([1, Number.NaN, 3])).item()); // 3
 * ```
 */
export const nanProd: OperationFunction<FloatReduction> = defineComposite({
  name: 'nanProd',
  inputs: ['x'],

  doc: {
    group: 'reduction',
    summary: 'The product of the elements that are not NaN.',

    notes: ['1 where all elements are NaN.'],
    see: ['prod', 'isNaN'],
  },
  promote: 'float',
  arguments: reduceArguments('nanProd', 'grows'),
  compose: ([x], { axes, keepDims }): Tensor => {
    floating('nanProd', x.abstract);
    const options = { axis: axes, keepDims };
    return prod(where(isNaN(x), 1, x), options) as Tensor;
  },

  samples: [
    { label: 'with NaN', inputs: [nd([2, 3], [1, NaN, 3, 4, 5, NaN])], grad: [[60, 0, 20, 15, 12, 0]] },
    {
      label: 'an axis, kept',
      inputs: [nd([2, 3], [1, NaN, 3, 4, 5, 6])],
      rest: [{ axis: 1, keepDims: true }],
      grad: [[3, 0, 1, 30, 24, 20]],
    },
    { label: 'without NaN', inputs: [nd([2, 3], [1, 2.5, 3, 4, 5, 7])], rest: [{ axis: 0 }], grad: 'check' },
    { label: 'all NaN', inputs: [nd([2], [NaN, NaN])], grad: 'skip' },
    { label: 'integers', inputs: [nd([3], [1, 2, 4], 'int32')] },
  ],
  errors: [
    { label: 'out of range', inputs: [{ shape: [2] }], rest: [{ axis: 1 }], code: 'E_AXIS', says: /nanProd: axis/ },
    { label: 'bool', inputs: [{ shape: [2], dtype: 'bool' }], code: 'E_DTYPE', says: /nanProd: expected floating/ },
  ],
});
