/** `flipLeftRight`: images mirrored. */
import { nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { flip } from './flip.ts';

/**
 * Images mirrored: their columns in reverse order. `images` is `[height, width, channels]` or a batch of such.
 *
 * @throws `E_RANK` unless these are images.
 * @example
 * ```ts
 * import { flipLeftRight, tensor } from '@deft/tensor';
 * console.log(flipLeftRight(tensor([[[1], [2], [3]]])).toArray()); // [[[3], [2], [1]]]
 * ```
 */
export const flipLeftRight: OperationFunction<
  <const X extends TensorLike>(images: X) => Tensor<ShapeOf<X>, DTypeOfOne<X>>
> = defineComposite({
  name: 'flipLeftRight',
  inputs: ['images'],
  doc: { group: 'image', summary: 'Images mirrored: their columns in reverse order.', see: ['flip', 'rot90'] },
  compose: ([images]): Tensor => {
    const { rank } = images;
    if (rank !== 3 && rank !== 4) {
      const operands = [images.abstract];
      raise('E_RANK', {
        op: 'flipLeftRight',
        argument: 'images',
        expected: 'rank 3 or 4',
        found: `rank ${rank}`,
        operands,
      });
    }
    return flip(images, rank - 2) as Tensor;
  },
  samples: [
    { label: 'one image', inputs: [nd([2, 2, 1], [1, 2, 3, 4])], grad: 'check' },
    { label: 'a batch, two channels', inputs: [nd([2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8])], grad: 'check' },
    { label: 'one column', inputs: [nd([2, 1, 1], [1, 2])], grad: 'check' },
    { label: 'no images', inputs: [nd([0, 2, 2, 1], [])] },
  ],
  errors: [
    {
      label: 'no image',
      inputs: [{ shape: [2, 2] }],
      code: 'E_RANK',
      says: /flipLeftRight: images: expected rank 3 or 4, got rank 2/,
    },
  ],
});
