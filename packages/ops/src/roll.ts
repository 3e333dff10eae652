/** `roll`: elements moved around an axis. */
import { type DType, nd, normalizeAxis, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import { concat } from './concat.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole, operand } from './definition/operand.ts';
import { split } from './split.ts';

interface Roll {
  <S extends Shape, D extends DType>(x: Tensor<S, D>, shift: number, axis?: number): Tensor<S, D>;
  (x: TensorLike, shift: number, axis?: number): Tensor;
}

/**
 * The elements moved `shift` places along an axis (the first unless told); those that fall off the end come in at the
 * start.
 *
 * @throws `E_ATTRIBUTE` for a shift that is no whole number, `E_AXIS` when the axis is out of range.
 * @example
 * ```ts
 * import { roll, tensor } from '@deft/tensor';
 * console.log(roll(tensor([1, 2, 3]), 1).toArray()); // [3, 1, 2]
 * ```
 */
export const roll: OperationFunction<Roll> = defineComposite({
  name: 'roll',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'Elements moved along an axis; those that fall off one end come in at the other.',
    see: ['flip'],
  },
  arguments: (x: TensorLike, shift: number, axis = 0) => {
    const input = operand('roll', 'x', x);
    checkWhole('roll', 'shift', shift);
    return { inputs: [input], attributes: { shift, axis: normalizeAxis('roll', axis, input.rank) } };
  },
  compose: ([x], { shift, axis }): Tensor => {
    const dim = x.abstract.shape[axis] as number;
    const last = dim === 0 ? 0 : ((shift % dim) + dim) % dim;
    if (last === 0) return x;
    const [front, back] = split(x, [dim - last, last], axis) as readonly [Tensor, Tensor];
    return concat([back, front], axis);
  },
  samples: [
    { label: 'forwards', inputs: [nd([4], [1, 2, 3, 4])], rest: [1], grad: 'check' },
    { label: 'backwards, last axis', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [-1, -1], grad: 'check' },
    { label: 'more than once around', inputs: [nd([3], [1, 2, 3])], rest: [7], grad: 'check' },
    { label: 'once around', inputs: [nd([3], [1, 2, 3])], rest: [3], grad: 'check' },
    { label: 'empty', inputs: [nd([0], [])], rest: [1] },
  ],
  errors: [
    {
      label: 'half a place',
      inputs: [{ shape: [2] }],
      rest: [0.5],
      code: 'E_ATTRIBUTE',
      says: /roll: shift: expected a whole number, got 0.5/,
    },
    { label: 'out of range', inputs: [{ shape: [2] }], rest: [1, 1], code: 'E_AXIS', says: /from -1 to 0, got 1/ },
  ],
});
