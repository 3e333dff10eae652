/** `flipUpDown`: images upside down. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { rowsOfImages } from './definition/images.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { flip } from './flip.ts';

/**
 * Images upside down: their rows in reverse order. `images` is `[height, width, channels]` or a batch of such.
 *
 * @throws `E_RANK` unless these are images.
 * @example
 * ```ts
 * import { flipUpDown, tensor } from '@deft/tensor';
 * console.log(flipUpDown(tensor([[[1]], [[2]]])).toArray()); // [[[2]], [[1]]]
 * ```
 */
export const flipUpDown: OperationFunction<
  <const X extends TensorLike>(images: X) => Tensor<ShapeOf<X>, DTypeOfOne<X>>
> = defineComposite({
  name: 'flipUpDown',
  inputs: ['images'],
  doc: { group: 'image', summary: 'Images upside down: their rows in reverse order.', see: ['flip', 'flipLeftRight'] },
  compose: ([images]): Tensor => flip(images, rowsOfImages('flipUpDown', images)) as Tensor,
  samples: [
    { label: 'one image', inputs: [nd([2, 2, 1], [1, 2, 3, 4])], grad: 'check' },
    { label: 'a batch, two channels', inputs: [nd([2, 2, 1, 2], [1, 2, 3, 4, 5, 6, 7, 8])], grad: 'check' },
    { label: 'one row', inputs: [nd([1, 2, 1], [1, 2])], grad: 'check' },
    { label: 'no images', inputs: [nd([0, 2, 2, 1], [])] },
  ],
  errors: [
    {
      label: 'no image',
      inputs: [{ shape: [2, 2] }],
      code: 'E_RANK',
      says: /flipUpDown: images: expected rank 3 or 4, got rank 2/,
    },
  ],
});
