/** `segmentMean`: the means of the slices that belong together. */
import { isFloating, nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { cast } from './cast.ts';
import { segmentArguments, sumByBin } from './definition/bins.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { elementAt, generate } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
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
  samples: [
    { label: 'a vector', inputs: [nd([4], [1, 2, 3, 4]), nd([4], [0, 2, 0, 1], 'int32')], rest: [3], grad: 'check' },
    { label: 'rows', inputs: [nd([3, 2], [1, 5, 3, 4, 5, 6]), nd([3], [1, 1, 0], 'int32')], rest: [2], grad: 'check' },
    { label: 'outside', inputs: [nd([3], [1, 2, 3]), nd([3], [-1, 0, 9], 'int32')], rest: [2], grad: 'check' },
    { label: 'an empty segment', inputs: [nd([1], [1]), nd([1], [0], 'int32')], rest: [3], grad: 'check' },
    { label: 'three in one', inputs: [nd([3], [2, 2, 5]), nd([3], [0, 0, 0], 'int32')], rest: [1], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [1, -2, 4], 'int32'), nd([3], [1, 1, 0], 'int32')], rest: [2] },
    { label: 'nothing', inputs: [nd([0, 2], []), nd([0], [], 'int32')], rest: [2] },
    { label: 'no segments', inputs: [nd([2], [1, 2]), nd([2], [0, 1], 'int32')], rest: [0] },
    {
      label: 'nan and infinities',
      inputs: [nd([3], [NaN, 1, Infinity]), nd([3], [0, 0, 1], 'int32')],
      rest: [2],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'too few numbers',
      inputs: [{ shape: [3] }, { shape: [2], dtype: 'int32' }],
      rest: [2],
      code: 'E_SHAPE',
      says: /segmentMean: there is not one number of a bin/,
    },
    {
      label: 'broken numbers',
      inputs: [{ shape: [3] }, { shape: [3] }],
      rest: [2],
      code: 'E_DTYPE',
      says: /segmentMean: expected integers for the numbers/,
    },
    {
      label: 'half a segment',
      inputs: [{ shape: [3] }, { shape: [3], dtype: 'int32' }],
      rest: [0.5],
      code: 'E_ATTRIBUTE',
      says: /segmentMean: numSegments: .*got 0.5/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [3], dtype: 'bool' },
        { shape: [3], dtype: 'int32' },
      ],
      rest: [2],
      code: 'E_DTYPE',
      says: /segmentMean: expected floating input, got bool/,
    },
  ],
});
