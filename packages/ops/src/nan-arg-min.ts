/** `nanArgMin`: the position of the smallest of the elements that are not NaN. */
import type { OperationFunction, Tensor } from '@deft/core';
import { all } from './all.ts';
import { argMin } from './arg-min.ts';
import { cast } from './cast.ts';
import { defineComposite } from './definition/define.ts';
import { nanArgExtremeErrors, nanArgExtremeSamples } from './definition/extreme-samples.ts';
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
  samples: nanArgExtremeSamples(Number.POSITIVE_INFINITY),
  errors: nanArgExtremeErrors('nanArgMin', 'smallest'),
});
