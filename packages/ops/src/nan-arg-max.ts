/** `nanArgMax`: the position of the largest of the elements that are not NaN. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { all } from './all.ts';
import { argMax } from './arg-max.ts';
import { cast } from './cast.ts';
import { defineComposite } from './definition/define.ts';
import { type ReductionTo, reduceArguments, reduceReference } from './definition/reduction.ts';
import { floating } from './definition/rules.ts';
import { equal } from './equal.ts';
import { isNaN } from './is-nan.ts';
import { max } from './max.ts';
import { where } from './where.ts';

/**
 * The position of the largest of the elements that are not NaN along an axis, as int32; −1 where all of them are. Without an axis it
 * counts through all elements in row-major order. Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range, `E_SHAPE` when there is nothing to choose from, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { nanArgMax, tensor } from '@deft/tensor';
 * console.log(nanArgMax(tensor([Number.NaN, 5, 3])).item()); // 1
 * ```
 */
export const nanArgMax: OperationFunction<ReductionTo<'int32'>> = defineComposite({
  name: 'nanArgMax',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'The position of the largest of the elements that are not NaN.',
    notes: ['The first one if there are several. −1 where all elements are NaN.'],
    see: ['argMax', 'nanMax'],
  },
  promote: 'float',
  arguments: reduceArguments('nanArgMax'),
  compose: ([x], { axes, keepDims }): Tensor => {
    floating('nanArgMax', x.abstract);
    const options = { axis: axes, keepDims };
    const isMissing = isNaN(x) as Tensor;
    const best = max(where(isMissing, Number.NEGATIVE_INFINITY, x), { axis: axes, keepDims: true });
    const position = argMax(cast(equal(x, best), 'int32'), options);
    return where(all(isMissing, options), -1, position) as Tensor;
  },
  nonDifferentiable: 'the result is a position',
  reference: ([x], { axes, keepDims }) =>
    reduceReference(
      x,
      axes,
      keepDims,
      (values) => values.indexOf(Math.max(...values.filter((v) => !Number.isNaN(v)))),
      'int32',
    ),
  samples: [
    { label: 'with NaN', inputs: [nd([2, 3], [1, NaN, 3, -4, 5, NaN])] },
    { label: 'an axis, kept', inputs: [nd([2, 3], [NaN, 2, 3, 4, 5, 4])], rest: [{ axis: 1, keepDims: true }] },
    { label: 'all NaN', inputs: [nd([2, 2], [NaN, NaN, 1, NaN])], rest: [{ axis: 1 }] },
    { label: 'scalar', inputs: [nd([], [3])] },
    { label: 'integers', inputs: [nd([3], [1, -2, 4], 'int32')] },
    { label: 'empty result', inputs: [nd([0, 3], [])], rest: [{ axis: 1 }] },
    { label: 'beside nothing but infinity', inputs: [nd([2], [NaN, -Infinity])] },
    { label: 'one infinity', inputs: [nd([3], [NaN, 1, Infinity])] },
  ],
  errors: [
    { label: 'out of range', inputs: [{ shape: [2] }], rest: [{ axis: 1 }], code: 'E_AXIS', says: /nanArgMax: axis/ },
    { label: 'nothing', inputs: [{ shape: [0] }], code: 'E_SHAPE', says: /nanArgMax .*: there is no largest/ },
    { label: 'bool', inputs: [{ shape: [2], dtype: 'bool' }], code: 'E_DTYPE', says: /nanArgMax: expected floating/ },
  ],
});
