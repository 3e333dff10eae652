/** `affineTransform`: images turned, stretched, sheared and moved. */
import { nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { asBatch, likeGiven, oneOf } from './definition/images.ts';
import { operand } from './definition/operand.ts';
import { finiteNumber } from './definition/options.ts';
import { type FillOptions, fillModes, type SampledDType } from './definition/sampling.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { reshape } from './reshape.ts';
import { transform } from './transform.ts';

/**
 * Images turned, stretched, sheared and moved: `transform` with bilinear interpolation unless told. `images` is
 * `[height, width, channels]` or a batch of such; `transforms` are eight numbers for all images or a row for each.
 *
 * @throws `E_RANK` unless these are images, `E_SHAPE` for other numbers of transforms, `E_ATTRIBUTE` for an unknown
 * interpolation or fill mode.
 * @example
 * ```ts
 * import { affineTransform, ravel, tensor } from '@deft/tensor';
 * const image = tensor([[[1], [2], [3]]]);
 * console.log(ravel(affineTransform(image, [1, 0, 0.5, 0, 1, 0, 0, 0])).toArray()); // [1.5, 2.5, 1.5]
 * ```
 */
export const affineTransform: OperationFunction<
  <const X extends TensorLike>(
    images: X,
    transforms: TensorLike,
    options?: FillOptions,
  ) => Tensor<ShapeOf<X>, SampledDType<DTypeOfOne<X>>>
> = defineComposite({
  name: 'affineTransform',
  inputs: ['images', 'transforms'],
  doc: {
    group: 'image',
    summary: 'Images turned, stretched, sheared and moved.',
    math: 'y[y, x] = image[b₀x + b₁y + b₂, a₀x + a₁y + a₂] for transforms [a₀, a₁, a₂, b₀, b₁, b₂, 0, 0]',
    notes: ['The last two of the eight numbers make it projective, as in `transform`.'],
    see: ['transform', 'perspectiveTransform', 'mapCoordinates'],
  },
  arguments: (
    images: TensorLike,
    transforms: TensorLike,
    { interpolation = 'bilinear', fillMode = 'constant', fillValue = 0 }: FillOptions = {},
  ) => ({
    inputs: [operand('affineTransform', 'images', images), operand('affineTransform', 'transforms', transforms)],
    attributes: {
      interpolation: oneOf('affineTransform', 'interpolation', ['nearest', 'bilinear'], interpolation),
      fillMode: oneOf('affineTransform', 'fillMode', fillModes, fillMode),
      fillValue: finiteNumber('affineTransform', 'fillValue', fillValue),
    },
  }),
  compose: ([images, transforms], options): Tensor => {
    const batch = asBatch('affineTransform', images);
    const { shape } = transforms.abstract;
    if (shape.at(-1) !== 8 || shape.length > 2) {
      raise('E_SHAPE', {
        op: 'affineTransform',
        says: 'transforms must be eight numbers or rows of eight',
        operands: [images.abstract, transforms.abstract],
      });
    }
    return likeGiven(transform(batch, reshape(transforms, [-1, 8]), options), images);
  },
  samples: [
    {
      label: 'one image',
      inputs: [nd([2, 3, 1], [1, 2, 3, 4, 5, 6]), nd([8], [0.8, -0.6, 0.35, 0.6, 0.8, -0.25, 0, 0])],
      grad: 'check',
      ulp: 64,
    },
    {
      label: 'a batch',
      inputs: [
        nd([2, 2, 2, 1], [1, 2, 3, 4, 5, 6, 7, 8]),
        nd([2, 8], [0.93, 0.13, 0.15, -0.1, 0.85, 0.27, 0, 0, 1.1, 0, -0.35, 0.2, 0.7, 0.17, 0, 0]),
      ],
      rest: [{ fillMode: 'nearest' }],
      grad: 'check',
      ulp: 64,
    },
    {
      label: 'nearest',
      inputs: [nd([1, 3, 1], [1, 2, 3], 'int32'), nd([8], [1, 0, 1, 0, 1, 0, 0, 0])],
      rest: [{ interpolation: 'nearest', fillValue: 7 }],
      grad: 'skip',
    },
    { label: 'no images', inputs: [nd([0, 2, 2, 1], []), nd([8], [1, 0, 0, 0, 1, 0, 0, 0])] },
  ],
  errors: [
    {
      label: 'no image',
      inputs: [{ shape: [2, 2] }, { shape: [8] }],
      code: 'E_RANK',
      says: /affineTransform: images: expected rank 3 or 4, got rank 2/,
    },
    {
      label: 'six numbers',
      inputs: [{ shape: [2, 2, 1] }, { shape: [6] }],
      code: 'E_SHAPE',
      says: /affineTransform: transforms must be eight numbers or rows of eight/,
    },
    {
      label: 'an unknown interpolation',
      inputs: [{ shape: [2, 2, 1] }, { shape: [8] }],
      rest: [{ interpolation: 'cubic' }],
      code: 'E_ATTRIBUTE',
      says: /affineTransform: interpolation: expected 'nearest' or 'bilinear', got cubic/,
    },
  ],
});
