/** `nanArgMin`: the position of the smallest of the elements that are not NaN. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { all } from './all.ts';
import { argMin } from './arg-min.ts';
import { cast } from './cast.ts';
import { defineComposite } from './definition/define.ts';
import { type ReductionTo, reduceArguments, reduceReference } from './definition/reduction.ts';
import { floating } from './definition/rules.ts';
import { isNaN } from './is-nan.ts';
import { min } from './min.ts';
import { notEqual } from './not-equal.ts';
import { where } from './where.ts';

/**
 * The position of the smallest of the elements that are not NaN along an axis, as int32; −1 where all of them are. Without an axis it
 * counts through all elements in row-major order. Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range, `E_SHAPE` when there is nothing to choose from, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { nanArgMin, tensor } from '@deft/tensor';
 * console.log(nanArgMin(tensor([Number.NaN, 5, 3])).item()); // 2
 * ```
 */
export const nanArgMin: OperationFunction<ReductionTo<'int32'>> = defineComposite({
  name: 'nanArgMin',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'The position of the smallest of the elements that are not NaN.',
    notes: ['The first one if there are several. −1 where all elements are NaN.'],
    see: ['argMin', 'nanMin'],
  },
  promote: 'float',
  arguments: reduceArguments('nanArgMin'),
  compose: ([x], { axes, keepDims }): Tensor => {
    floating('nanArgMin', x.abstract);
    const options = { axis: axes, keepDims };
    const isMissing = isNaN(x) as Tensor;
    const best = min(where(isMissing, Number.POSITIVE_INFINITY, x), { axis: axes, keepDims: true });
    const position = argMin(cast(notEqual(x, best), 'int32'), options);
    return where(all(isMissing, options), -1, position) as Tensor;
  },
  nonDifferentiable: 'the result is a position',
  reference: ([x], { axes, keepDims }) =>
    reduceReference(
      x,
      axes,
      keepDims,
      (values) => values.indexOf(Math.min(...values.filter((v) => !Number.isNaN(v)))),
      'int32',
    ),
  samples: [
    { label: 'with NaN', inputs: [nd([2, 3], [1, NaN, 3, -4, 5, NaN])] },
    { label: 'an axis, kept', inputs: [nd([2, 3], [NaN, 2, 3, 4, 5, 4])], rest: [{ axis: 1, keepDims: true }] },
    { label: 'all NaN', inputs: [nd([2, 2], [NaN, NaN, 1, NaN])], rest: [{ axis: 1 }] },
    { label: 'scalar', inputs: [nd([], [3])] },
    { label: 'integers', inputs: [nd([3], [1, -2, 4], 'int32')] },
    { label: 'empty result', inputs: [nd([0, 3], [])], rest: [{ axis: 1 }] },
    { label: 'beside nothing but infinity', inputs: [nd([2], [NaN, Infinity])] },
    { label: 'one infinity', inputs: [nd([3], [NaN, 1, -Infinity])] },
  ],
  errors: [
    { label: 'out of range', inputs: [{ shape: [2] }], rest: [{ axis: 1 }], code: 'E_AXIS', says: /nanArgMin: axis/ },
    { label: 'nothing', inputs: [{ shape: [0] }], code: 'E_SHAPE', says: /nanArgMin .*: there is no smallest/ },
    { label: 'bool', inputs: [{ shape: [2], dtype: 'bool' }], code: 'E_DTYPE', says: /nanArgMin: expected floating/ },
  ],
});
