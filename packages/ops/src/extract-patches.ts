/** `extractPatches`: pieces of images as vectors. */
import { nd, type OperationFunction, type SameRank, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { oneOf, rowsOfImages } from './definition/images.ts';
import { operand } from './definition/operand.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { eachAxis, resolvePadding } from './definition/window-geometry.ts';
import { reshape } from './reshape.ts';
import { windows } from './windows.ts';

/** Options of `extractPatches`. */
export interface ExtractPatchesOptions {
  /** Steps from one patch to the next; the size of a patch unless told. */
  readonly strides?: number | readonly [number, number];
  /** Steps from one pixel of a patch to the next; 1 unless told. */
  readonly dilation?: number | readonly [number, number];
  /** `valid` (unless told): patches inside of the image; `same`: as many as strides fit into it, with zeros around. */
  readonly padding?: 'valid' | 'same';
}

/**
 * The patches of images, each as one vector: its pixels row by row, with all their channels. `images` is
 * `[height, width, channels]` or a batch of such.
 *
 * @throws `E_RANK` unless these are images, `E_SHAPE` where no patch fits, `E_ATTRIBUTE` for sizes and steps below 1.
 * @example
 * ```ts
 * import { extractPatches, ones } from '@deft/tensor';
 * console.log(extractPatches(ones([1, 8, 8, 3]), 4).shape); // [1, 2, 2, 48]
 * ```
 */
export const extractPatches: OperationFunction<
  <const X extends TensorLike>(
    images: X,
    size: number | readonly [number, number],
    options?: ExtractPatchesOptions,
  ) => Tensor<SameRank<ShapeOf<X>, number>, DTypeOfOne<X>>
> = defineComposite({
  name: 'extractPatches',
  inputs: ['images'],
  doc: {
    group: 'image',
    summary: 'The patches of images, each as one vector.',
    notes: ['The result has a row and a column for every patch and `size[0] · size[1] · channels` numbers for each.'],
    see: ['windows', 'spaceToDepth'],
  },
  arguments: (
    images: TensorLike,
    size: number | readonly [number, number],
    { strides = size, dilation = 1, padding = 'valid' }: ExtractPatchesOptions = {},
  ) => ({
    inputs: [operand('extractPatches', 'images', images)],
    attributes: {
      size: eachAxis('extractPatches', 'size', size, 2),
      strides: eachAxis('extractPatches', 'strides', strides, 2),
      dilation: eachAxis('extractPatches', 'dilation', dilation, 2),
      padding: oneOf('extractPatches', 'padding', ['valid', 'same'], padding),
    },
  }),
  compose: ([images], { size, strides, dilation, padding }): Tensor => {
    const row = rowsOfImages('extractPatches', images);
    // Behind the axes of the windows stand the pixels of a window, then the channels.
    const dims = images.abstract.shape.slice(row, row + 2);
    const around = resolvePadding(padding, dims, { size, strides, dilation });
    const patches = windows(images, { axes: [row, row + 1], size, strides, dilation, padding: around }) as Tensor;
    const { shape } = patches.abstract;
    return reshape(patches, [
      ...shape.slice(0, row + 2),
      shape.slice(row + 2).reduce((count, dim) => count * dim, 1),
    ]) as Tensor;
  },
  samples: [
    {
      label: 'side by side',
      inputs: [
        nd(
          [4, 4, 1],
          Array.from({ length: 16 }, (_, i) => i),
        ),
      ],
      rest: [2],
      grad: 'check',
    },
    {
      label: 'a batch, overlapping, two channels',
      inputs: [
        nd(
          [2, 3, 2, 2],
          Array.from({ length: 24 }, (_, i) => i),
        ),
      ],
      rest: [[2, 1], { strides: 1 }],
      grad: 'check',
    },
    {
      label: 'dilated',
      inputs: [nd([3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9])],
      rest: [2, { dilation: 2, strides: 1 }],
      grad: 'check',
    },
    {
      label: 'zeros around',
      inputs: [nd([3, 2, 1], [1, 2, 3, 4, 5, 6])],
      rest: [2, { padding: 'same' }],
      grad: 'check',
    },
    { label: 'single pixels', inputs: [nd([1, 2, 1], [1, 2], 'int32')], rest: [1] },
    { label: 'no images', inputs: [nd([0, 2, 2, 1], [])], rest: [2] },
  ],
  errors: [
    {
      label: 'no image',
      inputs: [{ shape: [2, 2] }],
      rest: [1],
      code: 'E_RANK',
      says: /extractPatches: images: expected rank 3 or 4, got rank 2/,
    },
    {
      label: 'too large',
      inputs: [{ shape: [2, 2, 1] }],
      rest: [3],
      code: 'E_SHAPE',
      says: /extractPatches.*: a window over 3 places does not fit axis 0 of 2 elements/,
    },
    {
      label: 'an unknown padding',
      inputs: [{ shape: [2, 2, 1] }],
      rest: [1, { padding: 'full' }],
      code: 'E_ATTRIBUTE',
      says: /extractPatches: padding: expected 'valid' or 'same', got full/,
    },
  ],
});
