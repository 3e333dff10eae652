/** `padImages`: images with margins around them. */
import { nd, type OperationFunction, raise, type SameRank, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { type FrameOptions, frameOf, rowsOfImages } from './definition/images.ts';
import { operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { pad } from './pad.ts';

/**
 * Images with margins of zeros: of top and bottom margin and new height two are given, and of left and right margin and new
 * width, and the third follows. A margin that is not needed is 0. `images` is `[height, width, channels]` or a batch of such.
 *
 * @throws `E_RANK` unless these are images, `E_ATTRIBUTE` where the numbers leave a size open or do not fit the images.
 * @example
 * ```ts
 * import { ones, padImages } from '@deft/tensor';
 * console.log(padImages(ones([4, 4, 3]), { top: 1, left: 2, height: 8, width: 8 }).shape); // [8, 8, 3]
 * ```
 */
export const padImages: OperationFunction<
  <const X extends TensorLike>(images: X, options?: FrameOptions) => Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>
> = defineComposite({
  name: 'padImages',
  inputs: ['images'],
  doc: {
    group: 'image',
    summary: 'Images with margins of zeros around them.',
    notes: ['Without a height the bottom margin is 0 unless told, and without a width the right one.'],
    see: ['cropImages', 'pad', 'mirrorPad'],
  },
  arguments: (images: TensorLike, options: FrameOptions = {}) => {
    const input = operand('padImages', 'images', images);
    const first = rowsOfImages('padImages', input);
    const margins = [0, 1].map((which) => {
      const dim = input.abstract.shape[first + which] as number;
      const [before, after] = frameOf('padImages', options, which as 0 | 1, (size) => size - dim);
      if (before >= 0 && after >= 0) return [before, after] as const;
      return raise('E_ATTRIBUTE', {
        op: 'padImages',
        argument: which === 0 ? 'height' : 'width',
        expected: `room for the ${dim} ${which === 0 ? 'rows' : 'columns'}`,
        found: `margins of ${before} and ${after}`,
        operands: [input.abstract],
      });
    });
    return { inputs: [input], attributes: { margins } };
  },
  compose: ([images], { margins }): Tensor => {
    const { shape } = images.abstract;
    return pad(
      images,
      shape.map((_, axis) => margins[axis - shape.length + 3] ?? [0, 0]),
    );
  },
  samples: [
    { label: 'margins', inputs: [nd([1, 2, 1], [1, 2])], rest: [{ top: 1, right: 2 }], grad: 'check' },
    {
      label: 'a size',
      inputs: [nd([2, 1, 1, 2], [1, 2, 3, 4])],
      rest: [{ bottom: 1, height: 3, left: 0, width: 2 }],
      grad: 'check',
    },
    { label: 'nothing', inputs: [nd([1, 2, 1], [1, 2])], grad: 'check' },
    { label: 'whole numbers', inputs: [nd([1, 1, 1], [7], 'int32')], rest: [{ left: 1 }] },
    { label: 'around nothing', inputs: [nd([0, 2, 1], [])], rest: [{ height: 2 }] },
  ],
  errors: [
    {
      label: 'no image',
      inputs: [{ shape: [2, 2] }],
      code: 'E_RANK',
      says: /padImages: images: expected rank 3 or 4, got rank 2/,
    },
    {
      label: 'too small',
      inputs: [{ shape: [2, 2, 1] }],
      rest: [{ top: 1, height: 2 }],
      code: 'E_ATTRIBUTE',
      says: /padImages: height: expected room for the 2 rows, got margins of 1 and -1/,
    },
    {
      label: 'all three',
      inputs: [{ shape: [3, 3, 1] }],
      rest: [{ top: 1, bottom: 1, height: 5 }],
      code: 'E_ATTRIBUTE',
      says: /padImages: height: expected at most two of top, bottom and height, got three/,
    },
  ],
});
