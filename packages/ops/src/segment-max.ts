/** `segmentMax`: the largest elements of the slices that belong together. */
import type { OperationFunction, ReplaceAxes, Tensor } from '@deft/core';
import { combineByBin, segmentArguments } from './definition/bins.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { lowestOf } from './definition/extremes.ts';
import { elementAt, generate } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { combinedSegmentErrors, segmentExtremeSamples } from './definition/segment-samples.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { full } from './full.ts';
import { scatterMax } from './scatter-max.ts';

type SegmentMax = <const X extends TensorLike, const N extends number>(
  x: X,
  segmentIds: TensorLike,
  numSegments: N,
) => Tensor<ReplaceAxes<ShapeOf<X>, 0, [N]>, DTypeOfOne<X>>;

/**
 * The largest elements of the slices along the first axis that have the same segment number, in whatever order they come. Slices with
 * a number outside of 0 to numSegments − 1 are left out.
 *
 * @throws `E_SHAPE` unless there is a number for every slice, `E_DTYPE` unless they are integers, `E_ATTRIBUTE`.
 *
 * @example
 * ```ts
 * import { segmentMax, tensor } from '@deft/tensor';
 * console.log(segmentMax(tensor([2, 3, 4]), tensor([0, 1, 0], { dtype: 'int32' }), 2).toArray()); // [4, 3]
 * ```
 */
export const segmentMax: OperationFunction<SegmentMax> = defineComposite({
  name: 'segmentMax',
  inputs: ['x', 'segmentIds'],
  doc: {
    group: 'reduction',
    summary: 'The largest elements of the slices along the first axis that have the same segment number.',
    notes: [
      'Slices with a number outside are left out. A segment without slices has the lowest value of the dtype (−Infinity for floats).',
      'Where several elements are largest, they get equal shares of the gradient.',
    ],
    see: ['segmentSum', 'scatterMax', 'max'],
  },
  arguments: segmentArguments('segmentMax'),
  compose: ([x, segmentIds], { count }): Tensor => {
    numeric('segmentMax', x.abstract);
    const start = (shape: readonly number[]): Tensor => full(shape, lowestOf(x.dtype), x.dtype) as Tensor;
    return combineByBin('segmentMax', x, segmentIds, count, start, scatterMax);
  },
  reference: ([x, segmentIds], { count }) => {
    const ids = Array.from(segmentIds.data, Number);
    return generate([count, ...x.shape.slice(1)], x.dtype, ([segment, ...rest]) =>
      Math.max(lowestOf(x.dtype), ...ids.flatMap((id, i) => (id === segment ? [elementAt(x, [i, ...rest])] : []))),
    );
  },
  samples: segmentExtremeSamples,
  errors: combinedSegmentErrors('segmentMax', 'numeric'),
});
