/** `sort`: the elements sorted along an axis. */
import { nd, normalizeAxis, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import type { Sort, SortOptions } from './definition/sorting.ts';
import { moveAxis } from './move-axis.ts';
import { sortRows } from './sort-rows.ts';

/**
 * The elements sorted along an axis. The last axis unless told.
 *
 * @throws `E_AXIS` when the axis is out of range.
 * @example
 * ```ts
 * import { sort, tensor } from '@deft/tensor';
 * console.log(sort(tensor([3, 1, 2])).toArray()); // [1, 2, 3]
 * ```
 */
export const sort: OperationFunction<Sort> = defineComposite({
  name: 'sort',
  inputs: ['x'],
  doc: {
    group: 'sorting',
    summary: 'The elements sorted along an axis.',
    notes: ['Stable: equal elements keep their order. NaN goes last, and first in descending order.'],
    see: ['argSort', 'argMax'],
  },
  arguments: (x: TensorLike, { axis = -1, descending = false }: SortOptions = {}) => {
    const input = operand('sort', 'x', x);
    return { inputs: [input], attributes: { axis: normalizeAxis('sort', axis, input.rank), descending } };
  },
  compose: ([x], { axis, descending }): Tensor => {
    const last = x.rank - 1;
    if (axis === last) return sortRows(x, { descending });
    return moveAxis(sortRows(moveAxis(x, axis, last), { descending }), last, axis);
  },
  samples: [
    { label: 'a vector', inputs: [nd([5], [3, 1, 2, 5, 4])], grad: 'check' },
    { label: 'columns', inputs: [nd([3, 2], [3, 1, 2, 5, 4, 6])], rest: [{ axis: 0 }], grad: 'check' },
    {
      label: 'the axis in the middle, descending',
      inputs: [nd([2, 3, 1], [3, 1, 2, 5, 4, 6])],
      rest: [{ axis: 1, descending: true }],
      grad: 'check',
    },
    { label: 'integers', inputs: [nd([3], [1, -2, 0], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: [{ axis: 0 }] },
    { label: 'nan and infinities', inputs: [nd([4], [NaN, Infinity, 1, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [{ axis: 2 }],
      code: 'E_AXIS',
      says: /sort: axis: .*from -2 to 1, got 2/,
    },
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_AXIS', says: /sort: axis: .*the operand is a scalar/ },
  ],
});
