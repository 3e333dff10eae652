/** `spaceToDepth`: space as channels. */
import { nd, type OperationFunction, type ReplaceAxes, raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import { requireRank } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { reshape } from './reshape.ts';
import { transpose } from './transpose.ts';

type SpaceToDepth = <const X extends TensorLike>(
  x: X,
  blockSize: number,
  dataFormat?: 'channelsLast' | 'channelsFirst',
) => Tensor<ReplaceAxes<ShapeOf<X>, 1 | 2 | 3, [number]>, DTypeOfOne<X>>;

/**
 * Blocks of space moved into the channels: [N, H, W, C] becomes [N, H / b, W / b, b² C].
 *
 * @throws `E_RANK` unless there are four axes, `E_SHAPE` when the block size does not divide them, `E_ATTRIBUTE`.
 *
 * @example
 * ```ts
 * import { ones, spaceToDepth } from '@deft/tensor';
 * console.log(spaceToDepth(ones([1, 4, 4, 3]), 2).shape); // [1, 2, 2, 12]
 * ```
 */
export const spaceToDepth: OperationFunction<SpaceToDepth> = defineComposite({
  name: 'spaceToDepth',
  inputs: ['x'],
  doc: {
    group: 'image',
    summary: 'Blocks of space moved into the channels: [N, H, W, C] becomes [N, H / b, W / b, b² C].',
    notes: ['`channelsFirst` for [N, C, H, W].'],
    see: ['depthToSpace'],
  },
  arguments: (x: TensorLike, blockSize: number, dataFormat: 'channelsLast' | 'channelsFirst' = 'channelsLast') => {
    checkWhole('spaceToDepth', 'blockSize', blockSize, 1);
    if (dataFormat !== 'channelsLast' && dataFormat !== 'channelsFirst')
      raise('E_ATTRIBUTE', {
        op: 'spaceToDepth',
        argument: 'dataFormat',
        expected: "'channelsLast' or 'channelsFirst'",
        found: String(dataFormat),
      });
    return { inputs: [x], attributes: { block: blockSize, first: dataFormat === 'channelsFirst' } };
  },
  compose: ([given], { block, first }): Tensor => {
    requireRank('spaceToDepth', 'x', given.abstract, 4);
    const x = first ? (transpose(given, [0, 2, 3, 1]) as Tensor) : given;
    const [n, h, w, c] = x.abstract.shape as readonly [number, number, number, number];
    if (h % block !== 0 || w % block !== 0)
      raise('E_SHAPE', {
        op: 'spaceToDepth',
        says: `height and width are no multiples of the block size ${block}`,
        operands: [given.abstract],
      });
    const moved = reshape(x, [n, h / block, block, w / block, block, c]) as Tensor;
    const blocks = transpose(moved, [0, 1, 3, 2, 4, 5]);
    const result = reshape(blocks, [n, h / block, w / block, block * block * c]) as Tensor;
    return first ? (transpose(result, [0, 3, 1, 2]) as Tensor) : result;
  },
  samples: [
    { label: 'one image', inputs: [nd([1, 2, 4, 1], [1, 2, 3, 4, 5, 6, 7, 8])], rest: [2], grad: 'check' },
    {
      label: 'channels first',
      inputs: [nd([1, 1, 2, 4], [1, 2, 3, 4, 5, 6, 7, 8])],
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
      says: /spaceToDepth: x: expected rank 4, got rank 2/,
    },
    {
      label: 'sizes that do not fit',
      inputs: [{ shape: [1, 3, 3, 3] }],
      rest: [2],
      code: 'E_SHAPE',
      says: /spaceToDepth: .*the block size/,
    },
    {
      label: 'no block',
      inputs: [{ shape: [1, 2, 2, 4] }],
      rest: [0],
      code: 'E_ATTRIBUTE',
      says: /spaceToDepth: blockSize: .*at least 1, got 0/,
    },
  ],
});
