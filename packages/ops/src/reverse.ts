/** `reverse`: axes backwards. */
import { type DType, nd, normalizeAxes, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { flip } from './flip.ts';

interface Reverse {
  <S extends Shape, D extends DType>(x: Tensor<S, D>, axis?: number | readonly number[]): Tensor<S, D>;
  (x: TensorLike, axis?: number | readonly number[]): Tensor;
}

/**
 * The elements in reverse order along the given axes, or all of them. The same as flip.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice.
 *
 * @example
 * ```ts
 * import { reverse, tensor } from '@deft/tensor';
 * console.log(reverse(tensor([1, 2, 3])).toArray()); // [3, 2, 1]
 * ```
 */
export const reverse: OperationFunction<Reverse> = defineComposite({
  name: 'reverse',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'The elements in reverse order along the given axes, or all of them.',
    see: ['flip'],
  },
  arguments: (x: TensorLike, axis?: number | readonly number[]) => {
    const input = operand('reverse', 'x', x);
    return { inputs: [input], attributes: { axes: normalizeAxes('reverse', axis, input.rank) as readonly number[] } };
  },
  compose: ([x], { axes }): Tensor => flip(x, axes),
  samples: [
    { label: 'a vector', inputs: [nd([3], [1, 2, 3])], grad: 'check' },
    { label: 'one axis', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [0], grad: 'check' },
    { label: 'a scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2], [])] },
  ],
  errors: [
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [1],
      code: 'E_AXIS',
      says: /reverse: axis: .*from -1 to 0, got 1/,
    },
  ],
});
