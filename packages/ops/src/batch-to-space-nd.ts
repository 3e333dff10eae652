/** `batchToSpaceND`: the batch moved into blocks of space. */
import { nd, type OperationFunction, raise, type SameRank, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWholes, operand } from './definition/operand.ts';
import { requireRank } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import type { Paddings } from './pad.ts';
import { reshape } from './reshape.ts';
import { slice } from './slice.ts';
import { transpose } from './transpose.ts';

/**
 * Spreads the batch axis out into blocks in the axes behind it, and cuts their borders off: the inverse of spaceToBatchND.
 *
 * @throws `E_SHAPE` when the blocks do not divide the batch or nothing is left, `E_ATTRIBUTE` for broken blocks or crops.
 *
 * @example
 * ```ts
 * import { batchToSpaceND, ones } from '@deft/tensor';
 * console.log(batchToSpaceND(ones([4, 2, 2, 3]), [2, 2], [[0, 0], [0, 0]]).shape); // [1, 4, 4, 3]
 * ```
 */
export const batchToSpaceND: OperationFunction<
  <const X extends TensorLike>(
    x: X,
    blockShape: readonly number[],
    crops: Paddings,
  ) => Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>
> = defineComposite({
  name: 'batchToSpaceND',
  inputs: ['x'],
  doc: { group: 'shape', summary: 'The batch moved into blocks of space.', see: ['spaceToBatchND', 'depthToSpace'] },
  arguments: (x: TensorLike, blockShape: readonly number[], crops: Paddings) => {
    const input = operand('batchToSpaceND', 'x', x);
    requireRank('batchToSpaceND', 'x', input.abstract, 1 + blockShape.length, true);
    checkWholes('batchToSpaceND', 'blockShape', blockShape, blockShape.length, 1);
    for (const axis of blockShape.keys()) checkWholes('batchToSpaceND', `crops[${axis}]`, crops[axis], 2, 0);
    return { inputs: [input], attributes: { blockShape, crops } };
  },
  compose: ([x], { blockShape, crops }): Tensor => {
    const { shape } = x.abstract;
    const count = blockShape.length;
    const blocks = blockShape.reduce((a, b) => a * b, 1);
    const [batch, spatial, rest] = [(shape[0] as number) / blocks, shape.slice(1, 1 + count), shape.slice(1 + count)];
    const full = spatial.map((dim, i) => dim * (blockShape[i] as number));
    const left = full.map(
      (dim, i) => dim - (crops[i] as readonly [number, number])[0] - (crops[i] as readonly [number, number])[1],
    );
    if (!Number.isInteger(batch) || left.some((dim) => dim < 0)) {
      raise('E_SHAPE', {
        op: 'batchToSpaceND',
        says: `blocks of [${blockShape.join(', ')}] do not divide the batch, or too much is cut off`,
        operands: [x.abstract],
      });
    }
    const split = reshape(x, [...blockShape, batch, ...spatial, ...rest]) as Tensor;
    const woven = blockShape.flatMap((_, i) => [count + 1 + i, i]);
    const moved = transpose(split, [count, ...woven, ...rest.map((_, i) => 2 * count + 1 + i)]) as Tensor;
    const begin = crops.map(([before]) => before);
    return slice(
      reshape(moved, [batch, ...full, ...rest]) as Tensor,
      [0, ...begin, ...rest.map(() => 0)],
      [batch, ...left, ...rest],
    );
  },
  samples: [
    { label: 'one axis', inputs: [nd([2, 2, 1], [1, 3, 2, 4])], rest: [[2], [[0, 0]]], grad: 'check' },
    { label: 'cropped', inputs: [nd([2, 2], [1, 2, 3, 4])], rest: [[2], [[1, 0]]], grad: 'check' },
    {
      label: 'two axes',
      inputs: [nd([4, 1, 1, 1], [1, 2, 3, 4])],
      rest: [
        [2, 2],
        [
          [0, 0],
          [0, 0],
        ],
      ],
      grad: 'check',
    },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: [[2], [[0, 0]]] },
  ],
  errors: [
    {
      label: 'a batch that does not fit',
      inputs: [{ shape: [3, 3] }],
      rest: [[2], [[0, 0]]],
      code: 'E_SHAPE',
      says: /batchToSpaceND: blocks of \[2\] do not divide the batch/,
    },
    {
      label: 'no block',
      inputs: [{ shape: [1, 3] }],
      rest: [[0], [[0, 0]]],
      code: 'E_ATTRIBUTE',
      says: /batchToSpaceND: blockShape: .*at least 1/,
    },
  ],
});
