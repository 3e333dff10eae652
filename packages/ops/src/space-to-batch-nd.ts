/** `spaceToBatchND`: blocks of space moved into the batch. */
import { nd, type OperationFunction, raise, type SameRank, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWholes, operand } from './definition/operand.ts';
import { requireRank } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { type Paddings, pad } from './pad.ts';
import { reshape } from './reshape.ts';
import { transpose } from './transpose.ts';

/**
 * Pads the axes behind the batch axis, divides them into blocks, and moves the places within a block into the batch axis.
 *
 * @throws `E_SHAPE` when the blocks do not divide the padded axes, `E_ATTRIBUTE` for broken blocks or paddings.
 *
 * @example
 * ```ts
 * import { ones, spaceToBatchND } from '@deft/tensor';
 * console.log(spaceToBatchND(ones([1, 4, 4, 3]), [2, 2], [[0, 0], [0, 0]]).shape); // [4, 2, 2, 3]
 * ```
 */
export const spaceToBatchND: OperationFunction<
  <const X extends TensorLike>(
    x: X,
    blockShape: readonly number[],
    paddings: Paddings,
  ) => Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>
> = defineComposite({
  name: 'spaceToBatchND',
  inputs: ['x'],
  doc: { group: 'shape', summary: 'Blocks of space moved into the batch.', see: ['batchToSpaceND', 'spaceToDepth'] },
  arguments: (x: TensorLike, blockShape: readonly number[], paddings: Paddings) => {
    const input = operand('spaceToBatchND', 'x', x);
    requireRank('spaceToBatchND', 'x', input.abstract, 1 + blockShape.length, true);
    checkWholes('spaceToBatchND', 'blockShape', blockShape, blockShape.length, 1);
    for (const axis of blockShape.keys()) checkWholes('spaceToBatchND', `paddings[${axis}]`, paddings[axis], 2, 0);
    return { inputs: [input], attributes: { blockShape, paddings } };
  },
  compose: ([x], { blockShape, paddings }): Tensor => {
    const count = blockShape.length;
    const around = x.abstract.shape.map((_, axis) =>
      axis >= 1 && axis <= count ? (paddings[axis - 1] as readonly [number, number]) : ([0, 0] as const),
    );
    const padded = pad(x, around);
    const { shape } = padded.abstract;
    const [batch, spatial, rest] = [shape[0] as number, shape.slice(1, 1 + count), shape.slice(1 + count)];
    if (spatial.some((dim, i) => dim % (blockShape[i] as number) !== 0)) {
      raise('E_SHAPE', {
        op: 'spaceToBatchND',
        says: `blocks of [${blockShape.join(', ')}] do not divide the padded axes [${spatial.join(', ')}]`,
        operands: [x.abstract],
      });
    }
    const counts = spatial.map((dim, i) => dim / (blockShape[i] as number));
    const split = reshape(padded, [
      batch,
      ...counts.flatMap((dim, i) => [dim, blockShape[i] as number]),
      ...rest,
    ]) as Tensor;
    const inner = blockShape.map((_, i) => 2 + 2 * i);
    const outer = blockShape.map((_, i) => 1 + 2 * i);
    const moved = transpose(split, [...inner, 0, ...outer, ...rest.map((_, i) => 1 + 2 * count + i)]) as Tensor;
    return reshape(moved, [batch * blockShape.reduce((a, b) => a * b, 1), ...counts, ...rest]) as Tensor;
  },
  samples: [
    { label: 'one axis', inputs: [nd([1, 4, 1], [1, 2, 3, 4])], rest: [[2], [[0, 0]]], grad: 'check' },
    { label: 'padded', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [[2], [[1, 0]]], grad: 'check' },
    {
      label: 'two axes',
      inputs: [nd([1, 2, 2, 1], [1, 2, 3, 4])],
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
      label: 'blocks that do not fit',
      inputs: [{ shape: [1, 3] }],
      rest: [[2], [[0, 0]]],
      code: 'E_SHAPE',
      says: /spaceToBatchND: blocks of \[2\] do not divide the padded axes \[3\]/,
    },
    {
      label: 'no block',
      inputs: [{ shape: [1, 3] }],
      rest: [[0], [[0, 0]]],
      code: 'E_ATTRIBUTE',
      says: /spaceToBatchND: blockShape: .*at least 1/,
    },
  ],
});
