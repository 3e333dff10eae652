/** `topK`: the largest elements and where they are. */
import { nd, type OperationFunction, type ReplaceAxes, raise, type Tensor } from '@deft/core';
import { argSort } from './arg-sort.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole, operand } from './definition/operand.ts';
import { requireRank } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { slice } from './slice.ts';
import { takeAlongAxis } from './take-along-axis.ts';

type TopK = <const X extends TensorLike, const K extends number = 1>(
  x: X,
  k?: K,
) => readonly [
  values: Tensor<ReplaceAxes<ShapeOf<X>, -1, [K]>, DTypeOfOne<X>>,
  indices: Tensor<ReplaceAxes<ShapeOf<X>, -1, [K]>, 'int32'>,
];

/**
 * The `k` largest elements along the last axis in descending order, and their positions. Of equal elements the first comes
 * first.
 *
 * @throws `E_RANK` for a scalar, `E_ATTRIBUTE` for a k below 0 or above the size of the axis.
 *
 * @example
 * ```ts
 * import { tensor, topK } from '@deft/tensor';
 * console.log(topK(tensor([1, 5, 3]), 2).map((x) => x.toArray())); // [[5, 3], [1, 2]]
 * ```
 */
export const topK: OperationFunction<TopK> = defineComposite({
  name: 'topK',
  inputs: ['x'],
  multipleResults: true,
  doc: {
    group: 'sorting',
    summary: 'The largest elements along the last axis and their positions.',
    notes: ['NaN counts as largest.'],
    see: ['sort', 'argMax'],
  },
  arguments: (x: TensorLike, k = 1) => {
    const input = operand('topK', 'x', x);
    requireRank('topK', 'x', input.abstract, 1, true);
    checkWhole('topK', 'k', k, 0);
    const size = input.abstract.shape.at(-1) as number;
    if (k > size)
      raise('E_ATTRIBUTE', {
        op: 'topK',
        argument: 'k',
        expected: `at most the ${size} elements of the last axis`,
        found: String(k),
        operands: [input.abstract],
      });
    return { inputs: [input], attributes: { k } };
  },
  compose: ([x], { k }): readonly Tensor[] => {
    const { shape } = x.abstract;
    const order = argSort(x, { descending: true }) as Tensor;
    const places = slice(
      order,
      shape.map(() => 0),
      [...shape.slice(0, -1), k],
    );
    return [takeAlongAxis(x, places), places];
  },
  samples: [
    { label: 'a vector', inputs: [nd([5], [3, 1, 2, 5, 4])], rest: [2], grad: 'check' },
    { label: 'rows', inputs: [nd([2, 3], [3, 1, 2, 5, 6, 4])], rest: [2], grad: 'check' },
    { label: 'one', inputs: [nd([3], [1, 3, 2])], grad: 'check' },
    { label: 'equal elements', inputs: [nd([3], [1, 1, 0])], rest: [2], grad: [[1, 1, 0]] },
    { label: 'none', inputs: [nd([2], [1, 2])], rest: [0] },
    { label: 'integers', inputs: [nd([3], [1, 3, 2], 'int32')], rest: [2] },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: [1] },
    { label: 'nan and infinities', inputs: [nd([4], [NaN, Infinity, 1, -Infinity])], rest: [2], grad: 'skip' },
  ],
  errors: [
    {
      label: 'too many',
      inputs: [{ shape: [2] }],
      rest: [3],
      code: 'E_ATTRIBUTE',
      says: /topK: k: expected at most the 2 elements of the last axis, got 3/,
    },
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_RANK', says: /topK: x: expected at least rank 1/ },
  ],
});
