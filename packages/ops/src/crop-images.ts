/** `cropImages`: images without their margins. */
import { nd, type OperationFunction, raise, type SameRank, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { type FrameOptions, frameOf, rowsOfImages } from './definition/images.ts';
import { operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { slice } from './slice.ts';

/**
 * Images without their margins: of top and bottom margin and height two are given, and of left and right margin and width,
 * and the third follows. A margin that is not needed is 0. `images` is `[height, width, channels]` or a batch of such.
 *
 * @throws `E_RANK` unless these are images, `E_ATTRIBUTE` where the numbers leave a size open or do not fit the images.
 * @example
 * ```ts
 * import { cropImages, ones } from '@deft/tensor';
 * console.log(cropImages(ones([8, 8, 3]), { top: 1, left: 2, height: 4, width: 5 }).shape); // [4, 5, 3]
 * ```
 */
export const cropImages: OperationFunction<
  <const X extends TensorLike>(images: X, options?: FrameOptions) => Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>
> = defineComposite({
  name: 'cropImages',
  inputs: ['images'],
  doc: {
    group: 'image',
    summary: 'Images without their margins.',
    notes: ['Without a height the bottom margin is 0 unless told, and without a width the right one.'],
    see: ['padImages', 'slice'],
  },
  arguments: (images: TensorLike, options: FrameOptions = {}) => {
    const input = operand('cropImages', 'images', images);
    const first = rowsOfImages('cropImages', input);
    const margins = [0, 1].map((which) => {
      const dim = input.abstract.shape[first + which] as number;
      const [before, after] = frameOf('cropImages', options, which as 0 | 1, (size) => dim - size);
      if (before >= 0 && after >= 0 && before + after <= dim) return [before, after] as const;
      return raise('E_ATTRIBUTE', {
        op: 'cropImages',
        argument: which === 0 ? 'height' : 'width',
        expected: `margins within the ${dim} ${which === 0 ? 'rows' : 'columns'}`,
        found: `${before} and ${after}`,
        operands: [input.abstract],
      });
    });
    return { inputs: [input], attributes: { margins } };
  },
  compose: ([images], { margins }): Tensor => {
    const { shape } = images.abstract;
    const first = shape.length - 3;
    const marginsOf = (axis: number): readonly [number, number] => margins[axis - first] ?? [0, 0];
    return slice(
      images,
      shape.map((_, axis) => marginsOf(axis)[0]),
      shape.map((dim, axis) => dim - marginsOf(axis)[0] - marginsOf(axis)[1]),
    ) as Tensor;
  },
  samples: [
    {
      label: 'margins',
      inputs: [nd([3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9])],
      rest: [{ top: 1, right: 1 }],
      grad: 'check',
    },
    {
      label: 'a size',
      inputs: [nd([3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9])],
      rest: [{ top: 1, height: 1, right: 0, width: 2 }],
      grad: 'check',
    },
    { label: 'nothing', inputs: [nd([2, 1, 1, 2], [1, 2, 3, 4])], grad: 'check' },
    { label: 'everything', inputs: [nd([1, 2, 1], [1, 2], 'int32')], rest: [{ width: 0, left: 1 }] },
    { label: 'no images', inputs: [nd([0, 2, 2, 1], [])], rest: [{ left: 1 }] },
  ],
  errors: [
    {
      label: 'no image',
      inputs: [{ shape: [2, 2] }],
      code: 'E_RANK',
      says: /cropImages: images: expected rank 3 or 4, got rank 2/,
    },
    {
      label: 'too much',
      inputs: [{ shape: [2, 2, 1] }],
      rest: [{ top: 2, bottom: 1 }],
      code: 'E_ATTRIBUTE',
      says: /cropImages: height: expected margins within the 2 rows, got 2 and 1/,
    },
    {
      label: 'all three',
      inputs: [{ shape: [3, 3, 1] }],
      rest: [{ left: 1, right: 1, width: 1 }],
      code: 'E_ATTRIBUTE',
      says: /cropImages: width: expected at most two of left, right and width, got three/,
    },
    {
      label: 'half a pixel',
      inputs: [{ shape: [3, 3, 1] }],
      rest: [{ left: 0.5 }],
      code: 'E_ATTRIBUTE',
      says: /cropImages: left: expected a whole number of at least 0, got 0.5/,
    },
  ],
});
