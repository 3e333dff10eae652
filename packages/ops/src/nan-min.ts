/** `nanMin`: the smallest of the elements that are not NaN. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { all } from './all.ts';
import { defineComposite } from './definition/define.ts';
import { type FloatReduction, reduceArguments } from './definition/reduction.ts';
import { floating } from './definition/rules.ts';
import { isNaN } from './is-nan.ts';
import { min } from './min.ts';
import { where } from './where.ts';

/**
 * The smallest of the elements that are not NaN over axes (all of them unless told). Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { nanMin, tensor } from '@deft/tensor';
 * console.log(nanMin(tensor([1, Number.NaN, 3])).item()); // 1
 * ```
 */
export const nanMin: OperationFunction<FloatReduction> = defineComposite({
  name: 'nanMin',
  inputs: ['x'],

  doc: {
    group: 'reduction',
    summary: 'The smallest of the elements that are not NaN.',

    notes: ['NaN where all elements are NaN.'],
    see: ['min', 'isNaN'],
  },
  promote: 'float',
  arguments: reduceArguments('nanMin'),
  compose: ([x], { axes, keepDims }): Tensor => {
    floating('nanMin', x.abstract);
    const options = { axis: axes, keepDims };
    const isMissing = isNaN(x) as Tensor;
    const smallest = min(where(isMissing, Number.POSITIVE_INFINITY, x), options);
    return where(all(isMissing, options), Number.NaN, smallest) as Tensor;
  },

  samples: [
    { label: 'with NaN', inputs: [nd([2, 3], [1, NaN, 3, 4, 5, NaN])], grad: [[1, 0, 0, 0, 0, 0]] },
    {
      label: 'an axis, kept',
      inputs: [nd([2, 3], [1, NaN, 3, 4, 5, 6])],
      rest: [{ axis: 1, keepDims: true }],
      grad: [[1, 0, 0, 1, 0, 0]],
    },
    { label: 'without NaN', inputs: [nd([2, 3], [1, 2.5, 3, 4, 5, 7])], rest: [{ axis: 0 }], grad: 'check' },
    { label: 'all NaN', inputs: [nd([2], [NaN, NaN])], grad: 'skip' },
    { label: 'integers', inputs: [nd([3], [1, 2, 4], 'int32')] },
  ],
  errors: [
    { label: 'out of range', inputs: [{ shape: [2] }], rest: [{ axis: 1 }], code: 'E_AXIS', says: /nanMin: axis/ },
    { label: 'bool', inputs: [{ shape: [2], dtype: 'bool' }], code: 'E_DTYPE', says: /nanMin: expected floating/ },
  ],
});
