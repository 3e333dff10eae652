/** `repeat`: every slice along an axis several times. */
import { type CheckAxes, nd, normalizeAxis, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import { broadcastTo } from './broadcast-to.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole, operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { reshape } from './reshape.ts';

type Repeat = <const X extends TensorLike, const A extends number = 0>(
  x: X,
  times: number,
  axis?: A & CheckAxes<ShapeOf<X>, A>,
) => Tensor<ReplaceAxes<ShapeOf<X>, A, [number]>, DTypeOfOne<X>>;

/**
 * Every slice along an axis (the first unless told), `times` times in a row.
 *
 * @throws `E_ATTRIBUTE` for a bad number of times, `E_AXIS` when the axis is out of range.
 * @example
 * ```ts
 * import { repeat, tensor } from '@deft/tensor';
 * console.log(repeat(tensor([1, 2]), 2).toArray()); // [1, 1, 2, 2]
 * ```
 */
export const repeat: OperationFunction<Repeat> = defineComposite({
  name: 'repeat',
  inputs: ['x'],
  doc: { group: 'shape', summary: 'Every slice along an axis several times in a row.', see: ['tile'] },
  arguments: (x: TensorLike, times: number, axis = 0) => {
    const input = operand('repeat', 'x', x);
    checkWhole('repeat', 'times', times, 0);
    return { inputs: [input], attributes: { times, axis: normalizeAxis('repeat', axis, input.rank) } };
  },
  compose: ([x], { times, axis }): Tensor => {
    const shape = x.abstract.shape;
    const [before, dim, after] = [shape.slice(0, axis), shape[axis] as number, shape.slice(axis + 1)];
    const repeated = broadcastTo(reshape(x, [...before, dim, 1, ...after]), [...before, dim, times, ...after]);
    return reshape(repeated, [...before, dim * times, ...after]);
  },
  samples: [
    { label: 'a vector', inputs: [nd([2], [1, 2])], rest: [3], grad: 'check' },
    { label: 'columns', inputs: [nd([2, 2], [1, 2, 3, 4])], rest: [2, -1], grad: 'check' },
    { label: 'once', inputs: [nd([2], [1, 2])], rest: [1], grad: 'check' },
    { label: 'no times', inputs: [nd([2], [1, 2])], rest: [0] },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: [2] },
  ],
  errors: [
    {
      label: 'half a time',
      inputs: [{ shape: [2] }],
      rest: [1.5],
      code: 'E_ATTRIBUTE',
      says: /repeat: times: .*got 1.5/,
    },
    { label: 'out of range', inputs: [{ shape: [2] }], rest: [2, 1], code: 'E_AXIS', says: /from -1 to 0, got 1/ },
  ],
});
