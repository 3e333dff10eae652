/** `searchSorted`: where values belong in a sorted sequence. */
import { nd, type OperationFunction, raise, sameShape, type Tensor } from '@deft/core';
import { cast } from './cast.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { expandDims } from './expand-dims.ts';
import { less } from './less.ts';
import { lessEqual } from './less-equal.ts';
import { reshape } from './reshape.ts';
import { sum } from './sum.ts';

type SearchSorted = <const V extends TensorLike>(
  sorted: TensorLike,
  values: V,
  side?: 'left' | 'right',
) => Tensor<ShapeOf<V>, 'int32'>;

/**
 * For every value the place in the sorted last axis where it can be put without breaking the order: before elements equal to
 * it (`left`, unless told) or behind them (`right`). Axes before the last are shared, unless the sequence is a vector.
 *
 * @throws `E_SHAPE` when the shared axes differ, `E_ATTRIBUTE` for an unknown side.
 *
 * @example
 * ```ts
 * import { searchSorted, tensor } from '@deft/tensor';
 * console.log(searchSorted(tensor([1, 3, 5]), tensor([0, 3, 9])).toArray()); // [0, 1, 3]
 * ```
 */
export const searchSorted: OperationFunction<SearchSorted> = defineComposite({
  name: 'searchSorted',
  inputs: ['sorted', 'values'],
  doc: {
    group: 'sorting',
    summary: 'Where values belong in a sorted sequence.',
    notes: ['It counts the elements before each value, all at once.'],
    see: ['sort', 'lowerBound', 'upperBound'],
  },
  promote: 'all',
  arguments: (sorted: TensorLike, values: TensorLike, side: 'left' | 'right' = 'left') => {
    if (side !== 'left' && side !== 'right')
      raise('E_ATTRIBUTE', {
        op: 'searchSorted',
        argument: 'side',
        expected: "'left' or 'right'",
        found: String(side),
      });
    return { inputs: [sorted, values], attributes: { side } };
  },
  compose: ([sorted, values], { side }): Tensor => {
    const [a, b] = [sorted.abstract, values.abstract];
    const batch = a.shape.slice(0, -1);
    if (a.shape.length === 0 || (batch.length > 0 && !sameShape(batch, b.shape.slice(0, -1)))) {
      raise('E_SHAPE', {
        op: 'searchSorted',
        says: 'the axes before the last are shared but differ',
        operands: [a, b],
      });
    }
    const rows = reshape(sorted, batch.length === 0 ? a.shape : [...batch, 1, a.shape.at(-1) as number]);
    const column = expandDims(values, -1);
    const before = side === 'left' ? less(rows, column) : lessEqual(rows, column);
    return sum(cast(before, 'int32'), { axis: -1 }) as Tensor;
  },
  nonDifferentiable: 'the result is a position',
  samples: [
    { label: 'a vector', inputs: [nd([4], [1, 3, 3, 5]), nd([5], [0, 3, 4, 5, 6])], rest: ['left'] },
    { label: 'rows', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([2, 2], [2, 0, 6, 9])], rest: ['left'] },
    { label: 'one value', inputs: [nd([3], [1, 2, 3]), nd([], [2])], rest: ['left'] },
    { label: 'integers', inputs: [nd([3], [1, 2, 3], 'int32'), nd([2], [2, 3], 'int32')], rest: ['left'] },
    { label: 'in nothing', inputs: [nd([0], []), nd([2], [1, 2])], rest: ['left'] },
    {
      label: 'infinities',
      inputs: [nd([3], [-Infinity, 0, Infinity]), nd([3], [-Infinity, 1, Infinity])],
      rest: ['left'],
    },
    { label: 'right: a vector', inputs: [nd([4], [1, 3, 3, 5]), nd([5], [0, 3, 4, 5, 6])], rest: ['right'] },
    { label: 'right: rows', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([2, 2], [2, 0, 6, 9])], rest: ['right'] },
  ],
  errors: [
    {
      label: 'other rows',
      inputs: [{ shape: [2, 3] }, { shape: [3, 1] }],
      code: 'E_SHAPE',
      says: /searchSorted: the axes before the last are shared but differ/,
    },
    {
      label: 'an unknown side',
      inputs: [{ shape: [2] }, { shape: [2] }],
      rest: ['up'],
      code: 'E_ATTRIBUTE',
      says: /side: expected 'left' or 'right', got up/,
    },
  ],
});
