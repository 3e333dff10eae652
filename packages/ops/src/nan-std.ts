/** `nanStd`: the standard deviation of the elements that are not NaN. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { type FloatReduction, reduceArguments } from './definition/reduction.ts';
import { rootOf } from './definition/root.ts';
import { floating } from './definition/rules.ts';
import { nanVar } from './nan-var.ts';

/**
 * The standard deviation of the elements that are not NaN over axes (all of them unless told). Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { nanStd, tensor } from '@deft/tensor';
 * console.log(nanStd(tensor([1, Number.NaN, 3])).item()); // 1
 * ```
 */
export const nanStd: OperationFunction<FloatReduction> = defineComposite({
  name: 'nanStd',
  inputs: ['x'],

  doc: {
    group: 'reduction',
    summary: 'The standard deviation of the elements that are not NaN.',

    notes: ['NaN where all elements are NaN.', 'The derivative is 0 where all others are equal.'],
    see: ['std', 'isNaN'],
  },
  promote: 'float',
  arguments: reduceArguments('nanStd'),
  compose: ([x], { axes, keepDims }): Tensor => {
    floating('nanStd', x.abstract);
    const options = { axis: axes, keepDims };
    return rootOf(nanVar(x, options) as Tensor);
  },

  samples: [
    { label: 'with NaN', inputs: [nd([2, 3], [1, NaN, 3, 4, 5, NaN])], grad: 'skip' },
    {
      label: 'an axis, kept',
      inputs: [nd([2, 3], [1, NaN, 3, 4, 5, 6])],
      rest: [{ axis: 1, keepDims: true }],
      grad: [[-0.5, 0, 0.5, -0.5 / Math.sqrt(1.5), 0, 0.5 / Math.sqrt(1.5)]],
    },
    { label: 'without NaN', inputs: [nd([2, 3], [1, 2.5, 3, 4, 5, 7])], rest: [{ axis: 0 }], grad: 'check' },
    { label: 'equal elements', inputs: [nd([4], [2, NaN, 2, 2])], grad: [[0, 0, 0, 0]] },
    { label: 'all NaN', inputs: [nd([2], [NaN, NaN])], grad: 'skip' },
    { label: 'integers', inputs: [nd([3], [1, 2, 4], 'int32')] },
  ],
  errors: [
    { label: 'out of range', inputs: [{ shape: [2] }], rest: [{ axis: 1 }], code: 'E_AXIS', says: /nanStd: axis/ },
    { label: 'bool', inputs: [{ shape: [2], dtype: 'bool' }], code: 'E_DTYPE', says: /nanStd: expected floating/ },
  ],
});
