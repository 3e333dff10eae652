/** `multiRNNCell`: one step of recurrent cells on top of each other. */
import { raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';

/** One step of a recurrent cell: from inputs, state and output the next state and output. */
export type RecurrentCell = (data: TensorLike, c: TensorLike, h: TensorLike) => readonly [c: Tensor, h: Tensor];

/**
 * One step of several recurrent cells, each of which takes the output of the one before; the first takes `data`. `c` and `h` have the
 * state and the output of every cell. Gives the next states and outputs.
 *
 * @throws `E_ARGUMENT` unless there is a state and an output for every cell.
 * @example
 * ```ts
 * import { basicLSTMCell, multiRNNCell, ones, zeros, type TensorLike } from '@deft/tensor';
 * const cell = (data: TensorLike, c: TensorLike, h: TensorLike) => basicLSTMCell(1, ones([4, 8]), zeros([8]), data, c, h);
 * const start = [zeros([1, 2]), zeros([1, 2])];
 * const [c, h] = multiRNNCell([cell, cell], ones([1, 2]), start, start);
 * console.log(c.length, h[1].shape); // 2 [1, 2]
 * ```
 */
export function multiRNNCell(
  cells: readonly RecurrentCell[],
  data: TensorLike,
  c: readonly TensorLike[],
  h: readonly TensorLike[],
): readonly [c: readonly Tensor[], h: readonly Tensor[]] {
  if (c.length !== cells.length || h.length !== cells.length) {
    raise('E_ARGUMENT', {
      op: 'multiRNNCell',
      argument: 'c, h',
      expected: `${cells.length} of each, one for every cell`,
      found: `${c.length} and ${h.length}`,
    });
  }
  let input = data;
  const steps = cells.map((cell, i) => {
    const step = cell(input, c[i] as TensorLike, h[i] as TensorLike);
    input = step[1];
    return step;
  });
  return [steps.map(([state]) => state), steps.map(([, output]) => output)];
}
