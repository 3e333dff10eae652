/** `sumTo`: the adjoint of broadcasting. */
import {
  type DType,
  nd,
  type OperationFunction,
  raise,
  type Shape,
  sameShape,
  type Tensor,
  tryBroadcast,
} from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { reshape } from './reshape.ts';
import { sum } from './sum.ts';

interface SumTo {
  <const T extends Shape, D extends DType>(x: Tensor<Shape, D>, shape: T): Tensor<T, D>;
  (x: TensorLike, shape: readonly number[]): Tensor;
}

/**
 * Sums over the axes along which `shape` would be broadcast to the shape of `x`: the adjoint of `broadcastTo`.
 *
 * @throws `E_BROADCAST` when `shape` does not broadcast to the operand.
 * @example
 * ```ts
 * import { sumTo, tensor } from '@deft/tensor';
 * console.log(sumTo(tensor([[1, 2], [3, 4]]), [2]).toArray()); // [4, 6]
 * ```
 */
export const sumTo: OperationFunction<SumTo> = defineComposite({
  name: 'sumTo',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'Sums over the axes along which `shape` would be broadcast to the shape of `x`.',
    notes: ['The adjoint of `broadcastTo`.'],
    see: ['broadcastTo', 'sum'],
  },
  arguments: (x: TensorLike, shape: readonly number[]) => ({ inputs: [x], attributes: { shape } }),
  compose: ([x], { shape }) => {
    const from = x.shape as readonly number[];
    if (sameShape(from, shape)) return x;
    const meet = tryBroadcast([from, shape]);
    if (!meet || !sameShape(meet, from)) {
      raise('E_BROADCAST', {
        op: 'sumTo',
        says: `[${shape.join(', ')}] does not broadcast to the operand`,
        operands: [x.abstract],
      });
    }
    const lead = from.length - shape.length;
    const axes = from
      .map((_, axis) => axis)
      .filter((axis) => axis < lead || (shape[axis - lead] === 1 && from[axis] !== 1));
    return reshape(axes.length > 0 ? (sum(x, { axis: axes }) as Tensor) : x, shape);
  },
  samples: [
    { label: 'leading axis', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [[3]], grad: 'check' },
    { label: 'axis of size 1', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [[2, 1]], grad: 'check' },
    { label: 'to a scalar', inputs: [nd([2, 2], [1, 2, 3, 4])], rest: [[]], grad: 'check' },
    { label: 'the same shape', inputs: [nd([2], [1, 2])], rest: [[2]], grad: 'check' },
  ],
  errors: [
    {
      label: 'a shape that does not broadcast to the operand',
      inputs: [{ shape: [3] }],
      rest: [[2]],
      code: 'E_BROADCAST',
      says: /sumTo: \[2\] does not broadcast/,
    },
  ],
});
