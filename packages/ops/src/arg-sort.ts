/** `argSort`: the places that the elements of the sorted axis come from. */
import { nd, normalizeAxis, type OperationFunction, type Tensor } from '@deft/core';
import { argSortRows } from './arg-sort-rows.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import type { SortedPlaces, SortOptions } from './definition/sorting.ts';
import { moveAxis } from './move-axis.ts';

/**
 * The places that the elements of the sorted axis come from. The last axis unless told.
 *
 * @throws `E_AXIS` when the axis is out of range.
 * @example
 * ```ts
 * import { argSort, tensor } from '@deft/tensor';
 * console.log(argSort(tensor([3, 1, 2])).toArray()); // [1, 2, 0]
 * ```
 */
export const argSort: OperationFunction<SortedPlaces> = defineComposite({
  name: 'argSort',
  inputs: ['x'],
  doc: {
    group: 'sorting',
    summary: 'The places that the elements of the sorted axis come from.',
    notes: ['Stable: equal elements keep their order. NaN goes last, and first in descending order.'],
    see: ['sort', 'argMax'],
  },
  arguments: (x: TensorLike, { axis = -1, descending = false }: SortOptions = {}) => {
    const input = operand('argSort', 'x', x);
    return { inputs: [input], attributes: { axis: normalizeAxis('argSort', axis, input.rank), descending } };
  },
  compose: ([x], { axis, descending }): Tensor => {
    const last = x.rank - 1;
    if (axis === last) return argSortRows(x, { descending });
    return moveAxis(argSortRows(moveAxis(x, axis, last), { descending }), last, axis);
  },
  nonDifferentiable: 'the result is a position',
  samples: [
    { label: 'a vector', inputs: [nd([5], [3, 1, 2, 5, 4])] },
    { label: 'columns', inputs: [nd([3, 2], [3, 1, 2, 5, 4, 6])], rest: [{ axis: 0 }] },
    {
      label: 'the axis in the middle, descending',
      inputs: [nd([2, 3, 1], [3, 1, 2, 5, 4, 6])],
      rest: [{ axis: 1, descending: true }],
    },
    { label: 'integers', inputs: [nd([3], [1, -2, 0], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: [{ axis: 0 }] },
    { label: 'nan and infinities', inputs: [nd([4], [NaN, Infinity, 1, -Infinity])] },
  ],
  errors: [
    {
      label: 'axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [{ axis: 2 }],
      code: 'E_AXIS',
      says: /argSort: axis: .*from -2 to 1, got 2/,
    },
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_AXIS', says: /argSort: axis: .*the operand is a scalar/ },
  ],
});
