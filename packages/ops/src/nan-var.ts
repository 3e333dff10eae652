/** `nanVar`: the variance of the elements that are not NaN. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { type FloatReduction, reduceArguments } from './definition/reduction.ts';
import { floating } from './definition/rules.ts';
import { div } from './div.ts';
import { isNaN } from './is-nan.ts';
import { onesLike } from './ones-like.ts';
import { square } from './square.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';
import { where } from './where.ts';

/**
 * The variance of the elements that are not NaN over axes (all of them unless told). Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { nanVar, tensor } from '@deft/tensor';
 * console.log(nanVar(tensor([1, Number.NaN, 3])).item()); // 1
 * ```
 */
export const nanVar: OperationFunction<FloatReduction> = defineComposite({
  name: 'nanVar',
  inputs: ['x'],

  doc: {
    group: 'reduction',
    summary: 'The variance of the elements that are not NaN.',

    notes: ['Divided by the number of elements that are not NaN; NaN where there is none.'],
    see: ['variance', 'isNaN'],
  },
  promote: 'float',
  arguments: reduceArguments('nanVar'),
  compose: ([x], { axes, keepDims }): Tensor => {
    floating('nanVar', x.abstract);
    const options = { axis: axes, keepDims };
    const isMissing = isNaN(x) as Tensor;
    const kept = { axis: axes, keepDims: true };
    const centre = div(sum(where(isMissing, 0, x), kept), sum(where(isMissing, 0, onesLike(x)), kept));
    const squares = square(where(isMissing, 0, sub(x, centre)) as Tensor) as Tensor;
    return div(sum(squares, options), sum(where(isMissing, 0, onesLike(x)), options)) as Tensor;
  },

  samples: [
    { label: 'with NaN', inputs: [nd([2, 3], [1, NaN, 3, 4, 5, NaN])], grad: [[-1.125, 0, -0.125, 0.375, 0.875, 0]] },
    {
      label: 'an axis, kept',
      inputs: [nd([2, 3], [1, NaN, 3, 4, 5, 6])],
      rest: [{ axis: 1, keepDims: true }],
      grad: [[-1, 0, 1, -2 / 3, 0, 2 / 3]],
    },
    { label: 'without NaN', inputs: [nd([2, 3], [1, 2.5, 3, 4, 5, 7])], rest: [{ axis: 0 }], grad: 'check' },
    { label: 'all NaN', inputs: [nd([2], [NaN, NaN])], grad: 'skip' },
    { label: 'integers', inputs: [nd([3], [1, 2, 4], 'int32')] },
  ],
  errors: [
    { label: 'out of range', inputs: [{ shape: [2] }], rest: [{ axis: 1 }], code: 'E_AXIS', says: /nanVar: axis/ },
    { label: 'bool', inputs: [{ shape: [2], dtype: 'bool' }], code: 'E_DTYPE', says: /nanVar: expected floating/ },
  ],
});
