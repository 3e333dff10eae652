/** `segmentMin`: the smallest elements of the slices that belong together. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { combineByBin, segmentArguments } from './definition/bins.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { highestOf } from './definition/extremes.ts';
import { elementAt, generate } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
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
  samples: [
    { label: 'a vector', inputs: [nd([4], [1, 2, 3, 4]), nd([4], [0, 2, 0, 1], 'int32')], rest: [3], grad: 'check' },
    { label: 'rows', inputs: [nd([3, 2], [1, 5, 3, 4, 5, 6]), nd([3], [1, 1, 0], 'int32')], rest: [2], grad: 'check' },
    { label: 'outside', inputs: [nd([3], [1, 2, 3]), nd([3], [-1, 0, 9], 'int32')], rest: [2], grad: [[0, 1, 0]] },
    { label: 'an empty segment', inputs: [nd([1], [1]), nd([1], [0], 'int32')], rest: [3], grad: [[1]] },
    {
      label: 'equal elements',
      inputs: [nd([3], [2, 2, 2]), nd([3], [0, 0, 1], 'int32')],
      rest: [2],
      grad: [[0.5, 0.5, 1]],
    },
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
      says: /segmentMin: there is not one number of a bin/,
    },
    {
      label: 'broken numbers',
      inputs: [{ shape: [3] }, { shape: [3] }],
      rest: [2],
      code: 'E_DTYPE',
      says: /segmentMin: expected integers for the numbers/,
    },
    {
      label: 'half a segment',
      inputs: [{ shape: [3] }, { shape: [3], dtype: 'int32' }],
      rest: [0.5],
      code: 'E_ATTRIBUTE',
      says: /segmentMin: numSegments: .*got 0.5/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [3], dtype: 'bool' },
        { shape: [3], dtype: 'int32' },
      ],
      rest: [2],
      code: 'E_DTYPE',
      says: /segmentMin: expected numeric input, got bool/,
    },
  ],
});
