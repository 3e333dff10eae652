/** `grayscaleToRGB`: images of one channel as images of three equal ones. */
import { nd, type OperationFunction, type ReplaceAxes, raise, type Tensor } from '@deft/core';
import { broadcastTo } from './broadcast-to.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { requireRank } from './definition/rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';

/**
 * Images of one channel as images of three equal ones: from `[…, 1]` to `[…, 3]`.
 *
 * @throws `E_RANK` for less than two axes, `E_SHAPE` unless the last one is of size 1.
 * @example
 * ```ts
 * import { grayscaleToRGB, tensor } from '@deft/tensor';
 * console.log(grayscaleToRGB(tensor([[[5], [7]]])).toArray()); // [[[5, 5, 5], [7, 7, 7]]]
 * ```
 */
export const grayscaleToRGB: OperationFunction<
  <const X extends TensorLike>(images: X) => Tensor<ReplaceAxes<ShapeOf<X>, -1, [3]>, DTypeOfOne<X>>
> = defineComposite({
  name: 'grayscaleToRGB',
  inputs: ['images'],
  doc: {
    group: 'image',
    summary: 'Images of one channel as images of three equal ones.',
    see: ['rgbToGrayscale'],
  },
  compose: ([images]): Tensor => {
    requireRank('grayscaleToRGB', 'images', images.abstract, 2, true);
    if (images.shape.at(-1) !== 1) {
      const operands = [images.abstract];
      raise('E_SHAPE', { op: 'grayscaleToRGB', says: 'the last axis must have one channel', operands });
    }
    return broadcastTo(images, [...images.shape.slice(0, -1), 3]) as Tensor;
  },
  samples: [
    { label: 'one image', inputs: [nd([2, 2, 1], [1, 2, 3, 4])], grad: 'check' },
    { label: 'a batch', inputs: [nd([2, 1, 1, 1], [1, 2])], grad: 'check' },
    { label: 'whole numbers', inputs: [nd([1, 2, 1], [1, 255], 'int32')] },
    { label: 'no images', inputs: [nd([0, 2, 2, 1], [])] },
  ],
  errors: [
    { label: 'a vector', inputs: [{ shape: [1] }], code: 'E_RANK', says: /expected at least rank 2, got rank 1/ },
    { label: 'two channels', inputs: [{ shape: [1, 1, 2] }], code: 'E_SHAPE', says: /one channel/ },
  ],
});
