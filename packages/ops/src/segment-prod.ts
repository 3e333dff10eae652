/** `segmentProd`: the products of the slices that belong together. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { arange } from './arange.ts';
import { checkBins, segmentArguments } from './definition/bins.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { elementAt, generate } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { combinedSegmentErrors, segmentSamples, sparseSegmentSamples } from './definition/segment-samples.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { equal } from './equal.ts';
import { expandDims } from './expand-dims.ts';
import { prod } from './prod.ts';
import { reshape } from './reshape.ts';
import { where } from './where.ts';

type SegmentProd = <const X extends TensorLike, const N extends number>(
  x: X,
  segmentIds: TensorLike,
  numSegments: N,
) => Tensor<ReplaceAxes<ShapeOf<X>, 0, [N]>, DTypeOfOne<X>>;

/**
 * The products of the slices along the first axis that have the same segment number, in whatever order they come. Slices with
 * a number outside of 0 to numSegments − 1 are left out.
 *
 * @throws `E_SHAPE` unless there is a number for every slice, `E_DTYPE` unless they are integers, `E_ATTRIBUTE`.
 *
 * @example
 * ```ts
 * import { segmentProd, tensor } from '@deft/tensor';
 * console.log(segmentProd(tensor([2, 3, 4]), tensor([0, 1, 0], { dtype: 'int32' }), 2).toArray()); // [8, 3]
 * ```
 */
export const segmentProd: OperationFunction<SegmentProd> = defineComposite({
  name: 'segmentProd',
  inputs: ['x', 'segmentIds'],
  doc: {
    group: 'reduction',
    summary: 'The products of the slices along the first axis that have the same segment number.',
    notes: [
      'Slices with a number outside are left out. A segment without slices is 1.',
      'It looks at every slice for every segment, so that derivatives need no division and hold where elements are 0.',
    ],
    see: ['segmentSum', 'prod'],
  },
  arguments: segmentArguments('segmentProd'),
  compose: ([x, segmentIds], { count }): Tensor => {
    numeric('segmentProd', x.abstract);
    checkBins('segmentProd', x, segmentIds);
    const others = x.abstract.shape.slice(1).map(() => 1);
    const bins = reshape(arange(0, count, 1, segmentIds.dtype), [count, 1, ...others]);
    const own = equal(reshape(segmentIds, [1, segmentIds.size, ...others]), bins);
    return prod(where(own, expandDims(x, 0), 1), { axis: 1 }) as Tensor;
  },
  reference: ([x, segmentIds], { count }) => {
    const ids = Array.from(segmentIds.data, Number);
    return generate([count, ...x.shape.slice(1)], x.dtype, ([segment, ...rest]) =>
      ids.reduce((product, id, i) => (id === segment ? product * elementAt(x, [i, ...rest]) : product), 1),
    );
  },
  samples: segmentSamples([
    ...sparseSegmentSamples,
    { label: 'zeros', inputs: [nd([5], [2, 0, 3, 0, 0]), nd([5], [0, 0, 0, 1, 1], 'int32')], rest: [2], grad: 'check' },
  ]),
  errors: combinedSegmentErrors('segmentProd', 'numeric'),
});
