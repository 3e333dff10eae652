/** `swapAxes`: two axes in each other’s place. */
import {
  type CheckAxes,
  type DimAt,
  nd,
  normalizeAxis,
  type OperationFunction,
  type ReplaceAxes,
  type Tensor,
} from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { transpose } from './transpose.ts';

type SwapAxes = <const X extends TensorLike, const I extends number, const J extends number>(
  x: X,
  first: I & CheckAxes<ShapeOf<X>, I>,
  second: J & CheckAxes<ShapeOf<X>, J>,
) => Tensor<ReplaceAxes<ReplaceAxes<ShapeOf<X>, I, [DimAt<ShapeOf<X>, J>]>, J, [DimAt<ShapeOf<X>, I>]>, DTypeOfOne<X>>;

/**
 * Puts two axes in each other’s place.
 *
 * @throws `E_AXIS` when an axis is out of range.
 *
 * @example
 * ```ts
 * import { swapAxes, tensor } from '@deft/tensor';
 * console.log(swapAxes(tensor([[1, 2], [3, 4]]), 0, 1).toArray()); // [[1, 3], [2, 4]]
 * ```
 */
export const swapAxes: OperationFunction<SwapAxes> = defineComposite({
  name: 'swapAxes',
  inputs: ['x'],
  doc: { group: 'shape', summary: 'Two axes in each other’s place.', see: ['transpose', 'moveAxis'] },
  arguments: (x: TensorLike, first: number, second: number) => {
    const input = operand('swapAxes', 'x', x);
    return {
      inputs: [input],
      attributes: {
        first: normalizeAxis('swapAxes', first, input.rank, 'first'),
        second: normalizeAxis('swapAxes', second, input.rank, 'second'),
      },
    };
  },
  compose: ([x], { first, second }): Tensor => {
    const order = x.abstract.shape.map((_, axis) => (axis === first ? second : axis === second ? first : axis));
    return transpose(x, order) as Tensor;
  },
  samples: [
    { label: 'first and last', inputs: [nd([2, 1, 3], [1, 2, 3, 4, 5, 6])], rest: [0, -1], grad: 'check' },
    { label: 'the same', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [1, 1], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: [0, 1] },
  ],
  errors: [
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [0, 1],
      code: 'E_AXIS',
      says: /swapAxes: second: .*got 1/,
    },
  ],
});
