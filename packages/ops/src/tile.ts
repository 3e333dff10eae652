/** `tile`: a tensor repeated as a whole along its axes. */
import { nd, type OperationFunction, type SameRank, type Tensor } from '@deft/core';
import { broadcastTo } from './broadcast-to.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWholes, operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { reshape } from './reshape.ts';

type Tile = <const X extends TensorLike>(
  x: X,
  repetitions: readonly number[],
) => Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>;

/**
 * `x` laid side by side `repetitions[axis]` times along each axis.
 *
 * @throws `E_ATTRIBUTE` unless there is a whole number of at least 0 for every axis.
 * @example
 * ```ts
 * import { tensor, tile } from '@deft/tensor';
 * console.log(tile(tensor([1, 2]), [2]).toArray()); // [1, 2, 1, 2]
 * ```
 */
export const tile: OperationFunction<Tile> = defineComposite({
  name: 'tile',
  inputs: ['x'],
  doc: { group: 'shape', summary: 'A tensor laid side by side along its axes.', see: ['repeat', 'broadcastTo'] },
  arguments: (x: TensorLike, repetitions: readonly number[]) => {
    const input = operand('tile', 'x', x);
    checkWholes('tile', 'repetitions', repetitions, input.rank, 0);
    return { inputs: [input], attributes: { repetitions: repetitions as readonly number[] } };
  },
  compose: ([x], { repetitions }): Tensor => {
    const shape = x.abstract.shape;
    const spread = reshape(
      x,
      shape.flatMap((dim) => [1, dim]),
    );
    const repeated = broadcastTo(
      spread,
      shape.flatMap((dim, axis) => [repetitions[axis] as number, dim]),
    );
    return reshape(
      repeated,
      shape.map((dim, axis) => dim * (repetitions[axis] as number)),
    );
  },
  samples: [
    { label: 'a vector', inputs: [nd([2], [1, 2])], rest: [[3]], grad: 'check' },
    { label: 'both axes', inputs: [nd([2, 2], [1, 2, 3, 4])], rest: [[2, 2]], grad: 'check' },
    { label: 'an axis of size 1', inputs: [nd([1, 2], [1, 2])], rest: [[3, 1]], grad: 'check' },
    { label: 'a scalar', inputs: [nd([], [3])], rest: [[]], grad: 'check' },
    { label: 'no times', inputs: [nd([2], [1, 2])], rest: [[0]] },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: [[2, 2]] },
  ],
  errors: [
    {
      label: 'too few numbers',
      inputs: [{ shape: [2, 2] }],
      rest: [[2]],
      code: 'E_ATTRIBUTE',
      says: /tile: repetitions: expected 2 whole numbers of at least 0, got \[2\]/,
    },
    { label: 'a negative number', inputs: [{ shape: [2] }], rest: [[-1]], code: 'E_ATTRIBUTE', says: /got \[-1\]/ },
  ],
});
