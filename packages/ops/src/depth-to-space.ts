/** `depthToSpace`: channels as space. */
import { nd, type OperationFunction, type ReplaceAxes, raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import { requireRank } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { reshape } from './reshape.ts';
import { transpose } from './transpose.ts';

type DepthToSpace = <const X extends TensorLike>(
  x: X,
  blockSize: number,
  dataFormat?: 'channelsLast' | 'channelsFirst',
) => Tensor<ReplaceAxes<ShapeOf<X>, 1 | 2 | 3, [number]>, DTypeOfOne<X>>;

/**
 * Channels spread out into blocks of space: [N, H, W, b² C] becomes [N, b H, b W, C].
 *
 * @throws `E_RANK` unless there are four axes, `E_SHAPE` when the block size does not divide them, `E_ATTRIBUTE`.
 *
 * @example
 * ```ts
 * import { depthToSpace, ones } from '@deft/tensor';
 * console.log(depthToSpace(ones([1, 2, 2, 12]), 2).shape); // [1, 4, 4, 3]
 * ```
 */
export const depthToSpace: OperationFunction<DepthToSpace> = defineComposite({
  name: 'depthToSpace',
  inputs: ['x'],
  doc: {
    group: 'image',
    summary: 'Channels spread out into blocks of space: [N, H, W, b² C] becomes [N, b H, b W, C].',
    notes: ['`channelsFirst` for [N, C, H, W].'],
    see: ['spaceToDepth'],
  },
  arguments: (x: TensorLike, blockSize: number, dataFormat: 'channelsLast' | 'channelsFirst' = 'channelsLast') => {
    checkWhole('depthToSpace', 'blockSize', blockSize, 1);
    if (dataFormat !== 'channelsLast' && dataFormat !== 'channelsFirst')
      raise('E_ATTRIBUTE', {
        op: 'depthToSpace',
        argument: 'dataFormat',
        expected: "'channelsLast' or 'channelsFirst'",
        found: String(dataFormat),
      });
    return { inputs: [x], attributes: { block: blockSize, first: dataFormat === 'channelsFirst' } };
  },
  compose: ([given], { block, first }): Tensor => {
    requireRank('depthToSpace', 'x', given.abstract, 4);
    const x = first ? (transpose(given, [0, 2, 3, 1]) as Tensor) : given;
    const [n, h, w, c] = x.abstract.shape as readonly [number, number, number, number];
    if (c % (block * block) !== 0)
      raise('E_SHAPE', {
        op: 'depthToSpace',
        says: `the channels are no multiple of the block size squared, ${block * block}`,
        operands: [given.abstract],
      });
    const inner = c / (block * block);
    const moved = reshape(x, [n, h, w, block, block, inner]) as Tensor;
    const blocks = transpose(moved, [0, 1, 3, 2, 4, 5]);
    const result = reshape(blocks, [n, h * block, w * block, inner]) as Tensor;
    return first ? (transpose(result, [0, 3, 1, 2]) as Tensor) : result;
  },
  samples: [
    { label: 'one image', inputs: [nd([1, 1, 2, 4], [1, 2, 3, 4, 5, 6, 7, 8])], rest: [2], grad: 'check' },
    {
      label: 'channels first',
      inputs: [nd([1, 4, 1, 2], [1, 2, 3, 4, 5, 6, 7, 8])],
      rest: [2, 'channelsFirst'],
      grad: 'check',
    },
    { label: 'blocks of 1', inputs: [nd([1, 1, 2, 1], [1, 2])], rest: [1], grad: 'check' },
    { label: 'no images', inputs: [nd([0, 2, 2, 4], [])], rest: [2] },
  ],
  errors: [
    {
      label: 'no images',
      inputs: [{ shape: [2, 2] }],
      rest: [2],
      code: 'E_RANK',
      says: /depthToSpace: x: expected rank 4, got rank 2/,
    },
    {
      label: 'sizes that do not fit',
      inputs: [{ shape: [1, 3, 3, 3] }],
      rest: [2],
      code: 'E_SHAPE',
      says: /depthToSpace: .*the block size/,
    },
    {
      label: 'no block',
      inputs: [{ shape: [1, 2, 2, 4] }],
      rest: [0],
      code: 'E_ATTRIBUTE',
      says: /depthToSpace: blockSize: .*at least 1, got 0/,
    },
  ],
});
