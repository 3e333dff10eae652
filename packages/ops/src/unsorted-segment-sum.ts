/** `unsortedSegmentSum`: sums of the slices that belong together. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { segmentArguments, sumByBin } from './definition/bins.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';

type UnsortedSegmentSum = <const X extends TensorLike, const N extends number>(
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
 * import { tensor, unsortedSegmentSum } from '@deft/tensor';
 * console.log(unsortedSegmentSum(tensor([1, 2, 3]), tensor([0, 1, 0], { dtype: 'int32' }), 2).toArray()); // [4, 2]
 * ```
 */
export const unsortedSegmentSum: OperationFunction<UnsortedSegmentSum> = defineComposite({
  name: 'unsortedSegmentSum',
  inputs: ['x', 'segmentIds'],
  doc: {
    group: 'reduction',
    summary: 'The sums of the slices along the first axis that have the same segment number.',
    notes: ['Slices with a number outside are left out. A segment without slices is 0.'],
    see: ['segmentSum', 'scatterAdd'],
  },
  arguments: segmentArguments('unsortedSegmentSum'),
  compose: ([x, segmentIds], { count }): Tensor => sumByBin('unsortedSegmentSum', x, segmentIds, count),
  samples: [
    { label: 'a vector', inputs: [nd([4], [1, 2, 3, 4]), nd([4], [0, 2, 0, 1], 'int32')], rest: [3], grad: 'check' },
    { label: 'rows', inputs: [nd([3, 2], [1, 2, 3, 4, 5, 6]), nd([3], [1, 1, 0], 'int32')], rest: [2], grad: 'check' },
    { label: 'outside', inputs: [nd([3], [1, 2, 3]), nd([3], [-1, 0, 9], 'int32')], rest: [2], grad: 'check' },
    { label: 'an empty segment', inputs: [nd([1], [1]), nd([1], [0], 'int32')], rest: [3], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32'), nd([2], [1, 1], 'int32')], rest: [2] },
    { label: 'nothing', inputs: [nd([0, 2], []), nd([0], [], 'int32')], rest: [2] },
  ],
  errors: [
    {
      label: 'too few numbers',
      inputs: [{ shape: [3] }, { shape: [2], dtype: 'int32' }],
      rest: [2],
      code: 'E_SHAPE',
      says: /unsortedSegmentSum: there is not one number of a bin/,
    },
    {
      label: 'broken numbers',
      inputs: [{ shape: [3] }, { shape: [3] }],
      rest: [2],
      code: 'E_DTYPE',
      says: /unsortedSegmentSum: expected integers for the numbers/,
    },
    {
      label: 'half a segment',
      inputs: [{ shape: [3] }, { shape: [3], dtype: 'int32' }],
      rest: [0.5],
      code: 'E_ATTRIBUTE',
      says: /unsortedSegmentSum: numSegments: .*got 0.5/,
    },
  ],
});
