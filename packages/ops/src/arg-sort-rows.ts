/** `argSortRows`: the places that the elements of the sorted last axis come from. */
import { abstractValue, nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { definePrimitive } from './definition/define.ts';
import { numeric, requireRank } from './definition/rules.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { sortedRows } from './definition/sorting.ts';

/**
 * The places that the elements of the sorted last axis come from. `argSort` takes any axis.
 *
 * @throws `E_RANK` for a scalar.
 * @example
 * ```ts
 * import { argSortRows, tensor } from '@deft/tensor';
 * console.log(argSortRows(tensor([3, 1, 2]), {}).toArray()); // [1, 2, 0]
 * ```
 */
export const argSortRows: OperationFunction<
  <const X extends TensorLike>(x: X, options?: { readonly descending?: boolean }) => Tensor<ShapeOf<X>, 'int32'>
> = definePrimitive({
  name: 'argSortRows',
  inputs: ['x'],
  doc: {
    group: 'sorting',
    summary: 'The places that the elements of the sorted last axis come from.',
    notes: ['Stable: equal elements keep their order. NaN goes last, and first in descending order.'],
    see: ['sort', 'argSort'],
  },
  arguments: (x: TensorLike, { descending = false }: { readonly descending?: boolean } = {}) => ({
    inputs: [x],
    attributes: { descending },
  }),
  infer: ([x]) => {
    requireRank('argSortRows', 'x', x, 1, true);
    return abstractValue(numeric('argSortRows', x).shape, 'int32');
  },
  nonDifferentiable: 'the result is a position',
  batch: ([x], _, attributes) => argSortRows(x, attributes),
  lower: (_, { descending }) => ({ form: 'sort', descending, gives: 'positions' }),
  reference: ([x], { descending }) => sortedRows(x, descending, 'int32', (row) => row.map((at) => at.place)),
  samples: [
    { label: 'a vector', inputs: [nd([5], [3, 1, 2, 5, 4])] },
    { label: 'descending', inputs: [nd([2, 3], [3, 1, 2, 5, 4, 6])], rest: [{ descending: true }] },
    { label: 'equal elements', inputs: [nd([4], [2, 1, 2, 1])] },
    { label: 'equal elements, descending', inputs: [nd([4], [2, 1, 2, 1])], rest: [{ descending: true }] },
    { label: 'integers', inputs: [nd([3], [1, -2, 0], 'int32')] },
    { label: 'unsigned integers', inputs: [nd([3], [1, 4294967295, 0], 'uint32')] },
    { label: 'one element', inputs: [nd([2, 1], [2, 1])] },
    { label: 'empty', inputs: [nd([2, 0], [])] },
    { label: 'nan and infinities', inputs: [nd([5], [NaN, Infinity, 1, NaN, -Infinity])] },
    { label: 'nan, descending', inputs: [nd([4], [1, NaN, Infinity, 2])], rest: [{ descending: true }] },
  ],
  errors: [
    {
      label: 'a scalar',
      inputs: [{ shape: [] }],
      rest: [{}],
      code: 'E_RANK',
      says: /argSortRows: x: expected at least rank 1, got rank 0/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      rest: [{}],
      code: 'E_DTYPE',
      says: /argSortRows: expected numeric input, got bool/,
    },
  ],
});
