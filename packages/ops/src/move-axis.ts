/** `moveAxis`: one axis in another place. */
import {
  type CheckAxes,
  type DimAt,
  type InsertAxis,
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

type MoveAxis = <const X extends TensorLike, const From extends number, const To extends number>(
  x: X,
  from: From & CheckAxes<ShapeOf<X>, From>,
  to: To & CheckAxes<ShapeOf<X>, To>,
) => Tensor<InsertAxis<ReplaceAxes<ShapeOf<X>, From, []>, To, DimAt<ShapeOf<X>, From>>, DTypeOfOne<X>>;

/**
 * Takes axis `from` out and puts it at place `to`; the others keep their order.
 *
 * @throws `E_AXIS` when an axis is out of range.
 * @example
 * ```ts
 * import { moveAxis, zeros } from '@deft/tensor';
 * console.log(moveAxis(zeros([2, 3, 4]), 0, -1).shape); // [3, 4, 2]
 * ```
 */
export const moveAxis: OperationFunction<MoveAxis> = defineComposite({
  name: 'moveAxis',
  inputs: ['x'],
  doc: { group: 'shape', summary: 'One axis in another place; the others keep their order.', see: ['transpose'] },
  arguments: (x: TensorLike, from: number, to: number) => {
    const input = operand('moveAxis', 'x', x);
    const attributes = {
      from: normalizeAxis('moveAxis', from, input.rank, 'from'),
      to: normalizeAxis('moveAxis', to, input.rank, 'to'),
    };
    return { inputs: [input], attributes };
  },
  compose: ([x], { from, to }): Tensor => {
    if (from === to) return x;
    const axes = x.abstract.shape.map((_, axis) => axis).filter((axis) => axis !== from);
    axes.splice(to, 0, from);
    return transpose(x, axes);
  },
  samples: [
    { label: 'first to last', inputs: [nd([2, 1, 3], [1, 2, 3, 4, 5, 6])], rest: [0, -1], grad: 'check' },
    { label: 'last to first', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [1, 0], grad: 'check' },
    { label: 'to where it is', inputs: [nd([2, 2], [1, 2, 3, 4])], rest: [1, -1], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2, 3], [])], rest: [2, 0] },
  ],
  errors: [
    {
      label: 'from nowhere',
      inputs: [{ shape: [2, 3] }],
      rest: [2, 0],
      code: 'E_AXIS',
      says: /moveAxis: from: .*from -2 to 1, got 2/,
    },
    { label: 'to nowhere', inputs: [{ shape: [2, 3] }], rest: [0, -3], code: 'E_AXIS', says: /moveAxis: to: .*got -3/ },
    { label: 'a scalar', inputs: [{ shape: [] }], rest: [0, 0], code: 'E_AXIS', says: /the operand is a scalar/ },
  ],
});
