/** `segmentMean`: the means of the slices that belong together. */
import { isFloating, nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { cast } from './cast.ts';
import { segmentArguments, sumByBin } from './definition/bins.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { elementAt, generate } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { combinedSegmentErrors, segmentSamples, sparseSegmentSamples } from './definition/segment-samples.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { div } from './div.ts';
import { maximum } from './maximum.ts';
import { ones } from './ones.ts';
import { reshape } from './reshape.ts';

type SegmentMean = <const X extends TensorLike, const N extends number>(
  x: X,
  segmentIds: TensorLike,
  numSegments: N,
) => Tensor<ReplaceAxes<ShapeOf<X>, 0, [N]>, FloatOf<DTypeOfOne<X>>>;

/**
 * The means of the slices along the first axis that have the same segment number, in whatever order they come. Slices with
 * a number outside of 0 to numSegments − 1 are left out. Integers are taken as
 * float32.
 *
 * @throws `E_SHAPE` unless there is a number for every slice, `E_DTYPE` unless they are integers, `E_ATTRIBUTE`.
 *
 * @example
 * ```ts
 * import { segmentMean, tensor } from '@deft/tensor';
 * console.log(segmentMean(tensor([2, 3, 4]), tensor([0, 1, 0], { dtype: 'int32' }), 2).toArray()); // [3, 3]
 * ```
 */
export const segmentMean: OperationFunction<SegmentMean> = defineComposite({
  name: 'segmentMean',
  inputs: ['x', 'segmentIds'],
  doc: {
    group: 'reduction',
    summary: 'The means of the slices along the first axis that have the same segment number.',
    notes: ['Slices with a number outside are left out. A segment without slices is 0.'],
    see: ['segmentSum', 'mean'],
  },
  arguments: segmentArguments('segmentMean'),
  compose: ([x, segmentIds], { count }): Tensor => {
    const given = isFloating(x.dtype) || x.dtype === 'bool' ? x : (cast(x, 'float32') as Tensor);
    floating('segmentMean', given.abstract);
    const total = sumByBin('segmentMean', given, segmentIds, count);
    const slices = sumByBin('segmentMean', ones(segmentIds.abstract.shape, given.dtype) as Tensor, segmentIds, count);
    const counts = reshape(maximum(slices, 1), [count, ...total.abstract.shape.slice(1).map(() => 1)]);
    return div(total, counts) as Tensor;
  },
  reference: ([x, segmentIds], { count }) => {
    const ids = Array.from(segmentIds.data, Number);
    const dtype = isFloating(x.dtype) ? x.dtype : 'float32';
    return generate([count, ...x.shape.slice(1)], dtype, ([segment, ...rest]) => {
      const own = ids.flatMap((id, i) => (id === segment ? [elementAt(x, [i, ...rest])] : []));
      return own.length === 0 ? 0 : own.reduce((sum, value) => sum + value, 0) / own.length;
    });
  },
  samples: segmentSamples([
    ...sparseSegmentSamples,
    { label: 'three in one', inputs: [nd([3], [2, 2, 5]), nd([3], [0, 0, 0], 'int32')], rest: [1], grad: 'check' },
  ]),
  errors: combinedSegmentErrors('segmentMean', 'floating'),
});
