/** `sortRows`: sorts along the last axis. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { argSortRows } from './arg-sort-rows.ts';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { numeric, requireRank } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { sortedRows } from './definition/sorting.ts';
import { gather } from './gather.ts';

/**
 * Sorts along the last axis. `sort` takes any axis.
 *
 * @throws `E_RANK` for a scalar.
 * @example
 * ```ts
 * import { sortRows, tensor } from '@deft/tensor';
 * console.log(sortRows(tensor([3, 1, 2]), {}).toArray()); // [1, 2, 3]
 * ```
 */
export const sortRows: OperationFunction<
  <const X extends TensorLike>(x: X, options?: { readonly descending?: boolean }) => Tensor<ShapeOf<X>, DTypeOfOne<X>>
> = definePrimitive({
  name: 'sortRows',
  inputs: ['x'],
  doc: {
    group: 'sorting',
    summary: 'Sorts along the last axis.',
    notes: ['Stable: equal elements keep their order. NaN goes last, and first in descending order.'],
    see: ['sort', 'argSort'],
  },
  arguments: (x: TensorLike, { descending = false }: { readonly descending?: boolean } = {}) => ({
    inputs: [x],
    attributes: { descending },
  }),
  infer: ([x]) => {
    requireRank('sortRows', 'x', x, 1, true);
    return numeric('sortRows', x);
  },
  jvp: ([x], [dx], attributes) => alongLast(dx, argSortRows(x, attributes)),
  vjp: (ct, { x }, attributes) => [alongLast(ct, argSortRows(argSortRows(x, attributes), {}))],
  saves: ['x'],
  batch: ([x], _, attributes) => sortRows(x, attributes),
  lower: (_, { descending }) => ({ form: 'sort', descending, gives: 'values' }),
  reference: ([x], { descending }) => sortedRows(x, descending, x.dtype, (row) => row.map((at) => at.value)),
  samples: [
    { label: 'a vector', inputs: [nd([5], [3, 1, 2, 5, 4])], grad: 'check' },
    { label: 'descending', inputs: [nd([2, 3], [3, 1, 2, 5, 4, 6])], rest: [{ descending: true }], grad: 'check' },
    { label: 'equal elements', inputs: [nd([4], [2, 1, 2, 1])], grad: [[1, 1, 1, 1]] },
    {
      label: 'equal elements, descending',
      inputs: [nd([4], [2, 1, 2, 1])],
      rest: [{ descending: true }],
      grad: [[1, 1, 1, 1]],
    },
    { label: 'integers', inputs: [nd([3], [1, -2, 0], 'int32')] },
    { label: 'unsigned integers', inputs: [nd([3], [1, 4294967295, 0], 'uint32')] },
    { label: 'one element', inputs: [nd([2, 1], [2, 1])], grad: 'check' },
    { label: 'empty', inputs: [nd([2, 0], [])] },
    { label: 'nan and infinities', inputs: [nd([5], [NaN, Infinity, 1, NaN, -Infinity])], grad: 'skip' },
    { label: 'nan, descending', inputs: [nd([4], [1, NaN, Infinity, 2])], rest: [{ descending: true }], grad: 'skip' },
  ],
  errors: [
    {
      label: 'a scalar',
      inputs: [{ shape: [] }],
      rest: [{}],
      code: 'E_RANK',
      says: /sortRows: x: expected at least rank 1, got rank 0/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      rest: [{}],
      code: 'E_DTYPE',
      says: /sortRows: expected numeric input, got bool/,
    },
  ],
});

/** The elements at the given places of each row. */
function alongLast(x: Tensor, positions: Tensor): Tensor {
  const last = x.rank - 1;
  return gather(x, positions, { axis: last, batchDims: last });
}
