/** `gaussianBlur`: images out of focus. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { broadcastTo } from './broadcast-to.ts';
import { constantTensor, type TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { asBatch, likeGiven } from './definition/images.ts';
import { operand } from './definition/operand.ts';
import { finiteNumber } from './definition/options.ts';
import { elementAt, generate } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { eachAxis } from './definition/window-geometry.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';
import { reshape } from './reshape.ts';

/** Options of `gaussianBlur`. */
export interface GaussianBlurOptions {
  /** Pixels that a new one is the mean of, along rows and columns; 3 unless told. */
  readonly size?: number | readonly [number, number];
  /** Standard deviation of the weights in pixels, along rows and columns; 1 unless told. */
  readonly sigma?: number | readonly [number, number];
}

/** The weights along one axis; their sum is 1. */
function weightsOf(size: number, sigma: number): number[] {
  const weights = Array.from({ length: size }, (_, i) => Math.exp(-(((i - (size - 1) / 2) / sigma) ** 2) / 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/**
 * Images out of focus: every pixel the mean of its neighbourhood with the weights of a bell curve. Outside of the image
 * all is 0. `images` is `[height, width, channels]` or a batch of such.
 *
 * @throws `E_RANK` unless these are images, `E_ATTRIBUTE` for a size below 1 and a sigma that is not positive.
 * @example
 * ```ts
 * import { gaussianBlur, ones } from '@deft/tensor';
 * console.log(gaussianBlur(ones([8, 8, 3]), { size: 5, sigma: 1.5 }).shape); // [8, 8, 3]
 * ```
 */
export const gaussianBlur: OperationFunction<
  <const X extends TensorLike>(images: X, options?: GaussianBlurOptions) => Tensor<ShapeOf<X>, FloatOf<DTypeOfOne<X>>>
> = defineComposite({
  name: 'gaussianBlur',
  inputs: ['images'],
  doc: {
    group: 'image',
    summary: 'Images out of focus: means with the weights of a bell curve.',
    math: 'y[i] = Σₖ w[k] x[i + k − ⌊(n − 1) / 2⌋] along rows and columns, w[k] ∝ exp(−(k − (n − 1) / 2)² / 2σ²)',
    notes: ['The weights add up to 1; outside of the image all is 0, so edges darken.'],
    see: ['depthwiseConv2d', 'resize'],
  },
  promote: 'float',
  arguments: (images: TensorLike, { size = 3, sigma = 1 }: GaussianBlurOptions = {}) => {
    const both = typeof sigma === 'number' ? [sigma, sigma] : sigma;
    const sigmas = [0, 1].map((axis) => finiteNumber('gaussianBlur', 'sigma', both[axis], Number.MIN_VALUE));
    return {
      inputs: [operand('gaussianBlur', 'images', images)],
      attributes: { size: eachAxis('gaussianBlur', 'size', size, 2), sigma: sigmas },
    };
  },
  compose: ([images], { size, sigma }): Tensor => {
    floating('gaussianBlur', images.abstract);
    const batch = asBatch('gaussianBlur', images);
    const channels = batch.abstract.shape[3] as number;
    if (batch.abstract.shape.includes(0)) return images;
    const blurred = [0, 1].reduce<Tensor>((x, axis) => {
      const length = size[axis] as number;
      const weights = constantTensor(nd([length], weightsOf(length, sigma[axis] as number), x.dtype));
      const [rows, columns] = axis === 0 ? [length, 1] : [1, length];
      const filter = broadcastTo(reshape(weights, [rows, columns, 1, 1]), [rows, columns, channels, 1]);
      return depthwiseConv2d(x, filter as Tensor, { padding: 'same' }) as Tensor;
    }, batch);
    return likeGiven(blurred, images);
  },
  reference: ([images], { size, sigma }) => {
    const first = images.shape.length - 3;
    const [rows, columns] = size.map((length, axis) => weightsOf(length, sigma[axis] as number)) as [
      number[],
      number[],
    ];
    return generate(images.shape, images.dtype, (point) => {
      let total = 0;
      rows.forEach((rowWeight, r) => {
        columns.forEach((columnWeight, c) => {
          const at = [...point];
          at[first] = (at[first] as number) + r - Math.floor((rows.length - 1) / 2);
          at[first + 1] = (at[first + 1] as number) + c - Math.floor((columns.length - 1) / 2);
          if (at.some((i, axis) => i < 0 || i >= (images.shape[axis] as number))) return;
          total += rowWeight * columnWeight * elementAt(images, at);
        });
      });
      return total;
    });
  },
  samples: [
    { label: 'three by three', inputs: [nd([3, 3, 1], [1, 5, 2, 0, 9, 1, 4, 2, 8])], grad: 'check' },
    {
      label: 'a batch, two channels',
      inputs: [nd([2, 2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8, 8, 7, 6, 5, 4, 3, 2, 1])],
      rest: [{ size: [1, 3], sigma: [1, 0.5] }],
      grad: 'check',
    },
    {
      label: 'of even size',
      inputs: [nd([2, 4, 1], [1, 5, 2, 0, 3, 1, 4, 2])],
      rest: [{ size: [2, 4], sigma: 2 }],
      grad: 'check',
    },
    { label: 'whole numbers', inputs: [nd([1, 2, 1], [4, 8], 'int32')] },
    { label: 'one pixel', inputs: [nd([1, 1, 1], [4])], rest: [{ size: 1 }], grad: 'check' },
    { label: 'no images', inputs: [nd([0, 2, 2, 1], [])] },
  ],
  errors: [
    {
      label: 'no image',
      inputs: [{ shape: [2, 2] }],
      code: 'E_RANK',
      says: /gaussianBlur: images: expected rank 3 or 4, got rank 2/,
    },
    {
      label: 'no width',
      inputs: [{ shape: [2, 2, 1] }],
      rest: [{ sigma: 0 }],
      code: 'E_ATTRIBUTE',
      says: /gaussianBlur: sigma: expected a finite number of at least .*, got 0/,
    },
    {
      label: 'no size',
      inputs: [{ shape: [2, 2, 1] }],
      rest: [{ size: 0 }],
      code: 'E_ATTRIBUTE',
      says: /gaussianBlur: size: /,
    },
  ],
});
