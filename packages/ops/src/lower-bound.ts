/** `lowerBound`: the first place where values belong in a sorted sequence. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { searchSorted } from './search-sorted.ts';

type LowerBound = <const V extends TensorLike>(sorted: TensorLike, values: V) => Tensor<ShapeOf<V>, 'int32'>;

/**
 * For every value the place in the sorted last axis before all elements equal to it.
 *
 * @throws `E_SHAPE` when the shared axes differ.
 *
 * @example
 * ```ts
 * import { lowerBound, tensor } from '@deft/tensor';
 * console.log(lowerBound(tensor([1, 3, 3]), tensor([3])).toArray()); // [1]
 * ```
 */
export const lowerBound: OperationFunction<LowerBound> = defineComposite({
  name: 'lowerBound',
  inputs: ['sorted', 'values'],
  doc: {
    group: 'sorting',
    summary: 'The place in a sorted sequence before all elements equal to a value.',
    see: ['searchSorted'],
  },
  promote: 'all',
  compose: ([sorted, values]): Tensor => searchSorted(sorted, values, 'left'),
  nonDifferentiable: 'the result is a position',
  samples: [
    { label: 'a vector', inputs: [nd([4], [1, 3, 3, 5]), nd([5], [0, 3, 4, 5, 6])] },
    { label: 'rows', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([2, 2], [2, 0, 6, 9])] },
    { label: 'one value', inputs: [nd([3], [1, 2, 3]), nd([], [2])] },
    { label: 'integers', inputs: [nd([3], [1, 2, 3], 'int32'), nd([2], [2, 3], 'int32')] },
    { label: 'in nothing', inputs: [nd([0], []), nd([2], [1, 2])] },
    { label: 'infinities', inputs: [nd([3], [-Infinity, 0, Infinity]), nd([3], [-Infinity, 1, Infinity])] },
  ],
  errors: [
    {
      label: 'other rows',
      inputs: [{ shape: [2, 3] }, { shape: [3, 1] }],
      code: 'E_SHAPE',
      says: /the axes before the last are shared but differ/,
    },
  ],
});
