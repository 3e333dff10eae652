/** `segmentMin`: the smallest elements of the slices that belong together. */
import type { OperationFunction, ReplaceAxes, Tensor } from '@deft/core';
import { combineByBin, segmentArguments } from './definition/bins.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { highestOf } from './definition/extremes.ts';
import { elementAt, generate } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { combinedSegmentErrors, segmentExtremeSamples } from './definition/segment-samples.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { full } from './full.ts';
import { scatterMin } from './scatter-min.ts';

type SegmentMin = <const X extends TensorLike, const N extends number>(
  x: X,
  segmentIds: TensorLike,
  numSegments: N,
) => Tensor<ReplaceAxes<ShapeOf<X>, 0, [N]>, DTypeOfOne<X>>;

/**
 * The smallest elements of the slices along the first axis that have the same segment number, in whatever order they come. Slices with
 * a number outside of 0 to numSegments − 1 are left out.
 *
 * @throws `E_SHAPE` unless there is a number for every slice, `E_DTYPE` unless they are integers, `E_ATTRIBUTE`.
 *
 * @example
 * ```ts
 * import { segmentMin, tensor } from '@deft/tensor';
 * console.log(segmentMin(tensor([2, 3, 4]), tensor([0, 1, 0], { dtype: 'int32' }), 2).toArray()); // [2, 3]
 * ```
 */
export const segmentMin: OperationFunction<SegmentMin> = defineComposite({
  name: 'segmentMin',
  inputs: ['x', 'segmentIds'],
  doc: {
    group: 'reduction',
    summary: 'The smallest elements of the slices along the first axis that have the same segment number.',
    notes: [
      'Slices with a number outside are left out. A segment without slices has the highest value of the dtype (Infinity for floats).',
      'Where several elements are smallest, they get equal shares of the gradient.',
    ],
    see: ['segmentSum', 'scatterMin', 'min'],
  },
  arguments: segmentArguments('segmentMin'),
  compose: ([x, segmentIds], { count }): Tensor => {
    numeric('segmentMin', x.abstract);
    const start = (shape: readonly number[]): Tensor => full(shape, highestOf(x.dtype), x.dtype) as Tensor;
    return combineByBin('segmentMin', x, segmentIds, count, start, scatterMin);
  },
  reference: ([x, segmentIds], { count }) => {
    const ids = Array.from(segmentIds.data, Number);
    return generate([count, ...x.shape.slice(1)], x.dtype, ([segment, ...rest]) =>
      Math.min(highestOf(x.dtype), ...ids.flatMap((id, i) => (id === segment ? [elementAt(x, [i, ...rest])] : []))),
    );
  },
  samples: segmentExtremeSamples,
  errors: combinedSegmentErrors('segmentMin', 'numeric'),
});
