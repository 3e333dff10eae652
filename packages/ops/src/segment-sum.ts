/** `segmentSum`: sums of the slices that belong together. */
import type { OperationFunction, ReplaceAxes, Tensor } from '@deft/core';
import { segmentArguments, sumByBin } from './definition/bins.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { segmentErrors, segmentSumSamples } from './definition/segment-samples.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';

type SegmentSum = <const X extends TensorLike, const N extends number>(
  x: X,
  segmentIds: TensorLike,
  numSegments: N,
) => Tensor<ReplaceAxes<ShapeOf<X>, 0, [N]>, DTypeOfOne<X>>;

/**
 * The sums of the slices along the first axis that have the same segment number, in whatever order they come. Slices with
 * a number outside of 0 to numSegments − 1 are left out.
 *
 * @throws `E_SHAPE` unless there is a number for every slice, `E_DTYPE` unless they are integers.
 *
 * @example
 * ```ts
 * import { segmentSum, tensor } from '@deft/tensor';
 * console.log(segmentSum(tensor([1, 2, 3]), tensor([0, 1, 0], { dtype: 'int32' }), 2).toArray()); // [4, 2]
 * ```
 */
export const segmentSum: OperationFunction<SegmentSum> = defineComposite({
  name: 'segmentSum',
  inputs: ['x', 'segmentIds'],
  doc: {
    group: 'reduction',
    summary: 'The sums of the slices along the first axis that have the same segment number.',
    notes: ['Slices with a number outside are left out. A segment without slices is 0.'],
    see: ['unsortedSegmentSum', 'scatterAdd'],
  },
  arguments: segmentArguments('segmentSum'),
  compose: ([x, segmentIds], { count }): Tensor => sumByBin('segmentSum', x, segmentIds, count),
  samples: segmentSumSamples,
  errors: segmentErrors('segmentSum'),
});
