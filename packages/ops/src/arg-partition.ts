/** `argPartition`: the places of elements with the smallest ones in front. */
import { nd, normalizeAxis, type OperationFunction, raise, type Tensor } from '@deft/core';
import { argSort } from './arg-sort.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole, operand } from './definition/operand.ts';
import type { ShapeOf } from './definition/signatures.ts';

type ArgPartition = <const X extends TensorLike>(x: X, kth: number, axis?: number) => Tensor<ShapeOf<X>, 'int32'>;

/**
 * The places of the elements along an axis (the last unless told) in an order that has the element that sorting puts at `kth`
 * there, those before it no larger and those behind it no smaller. The order is the sorted one, which is such an order.
 *
 * @throws `E_AXIS` when the axis is out of range, `E_ATTRIBUTE` unless `kth` is a place along the axis.
 * @example
 * ```ts
 * import { argPartition, tensor } from '@deft/tensor';
 * console.log(argPartition(tensor([7, 1, 5]), 1).toArray()); // [1, 2, 0]
 * ```
 */
export const argPartition: OperationFunction<ArgPartition> = defineComposite({
  name: 'argPartition',
  inputs: ['x'],
  doc: {
    group: 'sorting',
    summary: 'The places of elements in an order with the smallest ones in front.',
    notes: ['All of them are sorted, which is one of the orders that do. NaN goes last.'],
    see: ['argSort', 'topK'],
  },
  arguments: (x: TensorLike, kth: number, axis = -1) => {
    const input = operand('argPartition', 'x', x);
    const along = normalizeAxis('argPartition', axis, input.rank);
    const dim = input.abstract.shape[along] as number;
    checkWhole('argPartition', 'kth', kth);
    if (kth < -dim || kth >= dim) {
      raise('E_ATTRIBUTE', {
        op: 'argPartition',
        argument: 'kth',
        expected: `a place among ${dim} elements`,
        found: String(kth),
        operands: [input.abstract],
      });
    }
    return { inputs: [input], attributes: { axis: along } };
  },
  compose: ([x], { axis }): Tensor => argSort(x, { axis }) as Tensor,
  nonDifferentiable: 'the result is a position',
  samples: [
    { label: 'a vector', inputs: [nd([5], [3, 1, 2, 5, 4])], rest: [2] },
    { label: 'columns', inputs: [nd([3, 2], [3, 1, 2, 5, 4, 6])], rest: [-1, 0] },
    { label: 'equal elements', inputs: [nd([4], [1, 0, 1, 0])], rest: [1] },
    { label: 'one element', inputs: [nd([2, 1], [3, 1])], rest: [0] },
    { label: 'integers', inputs: [nd([3], [1, -2, 0], 'int32')], rest: [0] },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: [1] },
    { label: 'nan and infinities', inputs: [nd([4], [NaN, Infinity, 1, -Infinity])], rest: [1] },
  ],
  errors: [
    {
      label: 'no such place',
      inputs: [{ shape: [2, 3] }],
      rest: [3],
      code: 'E_ATTRIBUTE',
      says: /argPartition: kth: expected a place among 3 elements, got 3/,
    },
    {
      label: 'axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [0, 2],
      code: 'E_AXIS',
      says: /argPartition: axis: .*from -2 to 1, got 2/,
    },
  ],
});
