/** `rgbToGrayscale`: the brightness of coloured images. */
import { nd, type OperationFunction, type ReplaceAxes, raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { elementAt, generate } from './definition/reference.ts';
import { floating, requireRank } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { sum } from './sum.ts';
import { tensor } from './tensor.ts';

/** The shares of red, green and blue in the luma of ITU-R BT.601, as TensorFlow rounds them. */
const shares = [0.2989, 0.587, 0.114] as const;

/**
 * The brightness of coloured images: 0.2989 red + 0.587 green + 0.114 blue (the luma of ITU-R BT.601), from `[…, 3]` to
 * `[…, 1]`. Whole numbers become float32.
 *
 * @throws `E_RANK` for less than two axes, `E_SHAPE` unless the last one is of size 3, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { rgbToGrayscale, tensor } from '@deft/tensor';
 * console.log(rgbToGrayscale(tensor([[[0, 0, 0], [0, 1000, 0]]])).toArray()); // [[[0], [587]]]
 * ```
 */
export const rgbToGrayscale: OperationFunction<
  <const X extends TensorLike>(images: X) => Tensor<ReplaceAxes<ShapeOf<X>, -1, [1]>, FloatOf<DTypeOfOne<X>>>
> = defineComposite({
  name: 'rgbToGrayscale',
  inputs: ['images'],
  doc: {
    group: 'image',
    summary: 'The brightness of coloured images.',
    math: 'y = 0.2989 r + 0.587 g + 0.114 b',
    notes: ['Whole numbers become float32.'],
    see: ['grayscaleToRGB'],
  },
  promote: 'float',
  compose: ([images]): Tensor => {
    floating('rgbToGrayscale', images.abstract);
    requireRank('rgbToGrayscale', 'images', images.abstract, 2, true);
    if (images.shape.at(-1) !== 3) {
      const operands = [images.abstract];
      raise('E_SHAPE', { op: 'rgbToGrayscale', says: 'the last axis must have three channels', operands });
    }
    const weights = tensor(shares, { dtype: images.dtype as 'float32' | 'float64' });
    return sum(mul(images, weights), { axis: -1, keepDims: true }) as Tensor;
  },
  reference: ([images]) =>
    generate([...images.shape.slice(0, -1), 1], images.dtype, (point) =>
      shares.reduce((sum, share, channel) => sum + share * elementAt(images, [...point.slice(0, -1), channel]), 0),
    ),
  samples: [
    { label: 'one image', inputs: [nd([1, 2, 3], [1, 2, 3, 4, 5, 6])], grad: 'check', ulp: 4 },
    { label: 'a batch', inputs: [nd([2, 1, 1, 3], [0, 0, 1, 1, 0.5, 0])], grad: 'check', ulp: 4 },
    { label: 'whole numbers', inputs: [nd([1, 1, 3], [255, 128, 0], 'int32')], ulp: 4 },
    { label: 'nan', inputs: [nd([1, 1, 3], [NaN, 1, 2])], grad: 'skip' },
    { label: 'no images', inputs: [nd([0, 2, 2, 3], [])] },
  ],
  errors: [
    { label: 'a vector', inputs: [{ shape: [3] }], code: 'E_RANK', says: /expected at least rank 2, got rank 1/ },
    { label: 'one channel', inputs: [{ shape: [1, 1, 1] }], code: 'E_SHAPE', says: /three channels/ },
    { label: 'bool', inputs: [{ shape: [1, 1, 3], dtype: 'bool' }], code: 'E_DTYPE', says: /floating input, got bool/ },
  ],
});
