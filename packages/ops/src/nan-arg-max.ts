/** `nanArgMax`: the position of the largest of the elements that are not NaN. */
import type { OperationFunction, Tensor } from '@deft/core';
import { all } from './all.ts';
import { argMax } from './arg-max.ts';
import { cast } from './cast.ts';
import { defineComposite } from './definition/define.ts';
import { nanArgExtremeErrors, nanArgExtremeSamples } from './definition/extreme-samples.ts';
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
  samples: nanArgExtremeSamples(Number.NEGATIVE_INFINITY),
  errors: nanArgExtremeErrors('nanArgMax', 'largest'),
});
