/** `digitize`: the interval that every element lies in. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { searchSorted } from './search-sorted.ts';

/**
 * The number of the interval between ascending `bins` that every element lies in: 0 below the first bound, and one more for
 * each bound that the element has reached.
 *
 * @throws `E_SHAPE` for a scalar in place of the bounds.
 *
 * @example
 * ```ts
 * import { digitize, tensor } from '@deft/tensor';
 * console.log(digitize(tensor([0, 1, 5]), tensor([1, 3])).toArray()); // [0, 1, 2]
 * ```
 */
export const digitize: OperationFunction<
  <const X extends TensorLike>(x: X, bins: TensorLike) => Tensor<ShapeOf<X>, 'int32'>
> = defineComposite({
  name: 'digitize',
  inputs: ['x', 'bins'],
  doc: {
    group: 'sorting',
    summary: 'The number of the interval between ascending bounds that every element lies in.',
    notes: ['An interval includes its lower bound.'],
    see: ['searchSorted', 'histogram'],
  },
  promote: 'all',
  compose: ([x, bins]): Tensor => searchSorted(bins, x, 'right'),
  nonDifferentiable: 'the result is the number of an interval',
  samples: [
    { label: 'a vector', inputs: [nd([4], [0, 1, 2, 5]), nd([2], [1, 3])] },
    { label: 'a matrix', inputs: [nd([2, 2], [0, 1, 2, 5]), nd([3], [0, 1, 4])] },
    { label: 'a scalar', inputs: [nd([], [2]), nd([2], [1, 3])] },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32'), nd([1], [2], 'int32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
  ],
  errors: [{ label: 'a scalar bound', inputs: [{ shape: [2] }, { shape: [] }], code: 'E_SHAPE', says: /digitize/ }],
});
