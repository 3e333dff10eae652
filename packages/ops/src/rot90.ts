/** `rot90`: quarter turns. */
import { nd, normalizeAxis, type OperationFunction, raise, type SameRank, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole, operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { flip } from './flip.ts';
import { swapAxes } from './swap-axes.ts';

type Rot90 = <const X extends TensorLike>(
  x: X,
  times?: number,
  axes?: readonly [number, number],
) => Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>;

/**
 * Turns the plane of two axes (the first two unless told) by quarter turns, from the first axis towards the second.
 *
 * @throws `E_AXIS` for axes that are not there or the same, `E_ATTRIBUTE` for a number of turns that is not whole.
 *
 * @example
 * ```ts
 * import { rot90, tensor } from '@deft/tensor';
 * console.log(rot90(tensor([[1, 2], [3, 4]])).toArray()); // [[2, 4], [1, 3]]
 * ```
 */
export const rot90: OperationFunction<Rot90> = defineComposite({
  name: 'rot90',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'The plane of two axes turned by quarter turns.',
    notes: ['From the first axis towards the second; a negative number of times turns back.'],
    see: ['flip', 'transpose'],
  },
  arguments: (x: TensorLike, times = 1, axes: readonly [number, number] = [0, 1]) => {
    const input = operand('rot90', 'x', x);
    checkWhole('rot90', 'times', times);
    const [first, second] = axes.map((axis) => normalizeAxis('rot90', axis, input.rank, 'axes')) as [number, number];
    if (first === second)
      raise('E_AXIS', { op: 'rot90', argument: 'axes', expected: 'two different axes', found: `[${axes.join(', ')}]` });
    return { inputs: [input], attributes: { turns: ((times % 4) + 4) % 4, first, second } };
  },
  compose: ([x], { turns, first, second }): Tensor => {
    if (turns === 0) return x;
    if (turns === 2) return flip(x, [first, second]);
    return turns === 1 ? swapAxes(flip(x, second), first, second) : flip(swapAxes(x, first, second), second);
  },
  samples: [
    { label: 'once', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], grad: 'check' },
    { label: 'twice', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [2], grad: 'check' },
    { label: 'back', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [-1], grad: 'check' },
    { label: 'other axes', inputs: [nd([2, 1, 2], [1, 2, 3, 4])], rest: [1, [2, 0]], grad: 'check' },
    { label: 'not at all', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [4], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2], [])] },
  ],
  errors: [
    {
      label: 'one axis twice',
      inputs: [{ shape: [2, 2] }],
      rest: [1, [0, 0]],
      code: 'E_AXIS',
      says: /rot90: axes: expected two different axes, got \[0, 0\]/,
    },
    {
      label: 'half a turn',
      inputs: [{ shape: [2, 2] }],
      rest: [0.5],
      code: 'E_ATTRIBUTE',
      says: /rot90: times: expected a whole number, got 0.5/,
    },
  ],
});
