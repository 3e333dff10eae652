/**
 * Images seen through an affine transform of their own each, about their centre: what layers share that turn, move, stretch and
 * shear. A transform says where in the image each pixel of the new one is taken from.
 */
import type { Tensor } from '@deft/core';
import { add, cast, concat, mul, ones, reshape, sub, transform } from '@deft/tensor';
import type { LayerConfig } from '../layer.ts';
import { finite, oneOf } from '../options.ts';
import type { ImageOptions } from './image-layer.ts';

/** What lies beyond the edges of images. */
export type EdgeMode = 'constant' | 'nearest' | 'reflect' | 'wrap';

/** Options of layers that move pixels. */
export interface SamplingOptions extends ImageOptions {
  /**
   * What lies beyond the edges: `reflect` (unless told) d c b a | a b c d | d c b a, `wrap` the image again, `nearest` its edge drawn
   * out, `constant` the fill value.
   */
  readonly fillMode?: EdgeMode;
  /** The value beyond the edges in the mode `constant`; 0 unless told. */
  readonly fillValue?: number;
  /** How a value between pixels is found; `bilinear` unless told. */
  readonly interpolation?: 'bilinear' | 'nearest';
}

/** Options of sampling, checked. */
export type Sampling = LayerConfig & Required<Pick<SamplingOptions, 'fillMode' | 'fillValue' | 'interpolation'>>;

/** Checks the options of sampling. */
export function checkSampling(kind: string, options: SamplingOptions): Sampling {
  const modes = ['constant', 'nearest', 'reflect', 'wrap'] as const;
  return {
    fillMode: oneOf(kind, 'fillMode', options.fillMode ?? 'reflect', modes),
    fillValue: finite(kind, 'fillValue', options.fillValue ?? 0),
    interpolation: oneOf(kind, 'interpolation', options.interpolation ?? 'bilinear', ['bilinear', 'nearest'] as const),
  };
}

/**
 * Where pixels are taken from, `x` to the right and `y` down: column `xx · x + xy · y + x0` and row `yx · x + yy · y + y0`. Each is a
 * number, or one for every image.
 */
export interface Affine {
  readonly xx?: Tensor | number;
  readonly xy?: Tensor | number;
  readonly x0?: Tensor | number;
  readonly yx?: Tensor | number;
  readonly yy?: Tensor | number;
  readonly y0?: Tensor | number;
  /** What stays in its place: the centre of the images, or unless told the centre of their first pixel. */
  readonly about?: 'centre';
}

/** Images through affine transforms, in a size of their own if told. */
export function sample(
  images: Tensor,
  { xx = 1, xy = 0, x0 = 0, yx = 0, yy = 1, y0 = 0, about }: Affine,
  { fillMode, fillValue, interpolation }: Sampling,
  outputShape?: readonly [number, number],
): Tensor {
  const [count, height, width] = images.shape as [number, number, number];
  const dtype = images.dtype === 'float64' ? 'float64' : 'float32';
  const each = ones([count, 1], dtype) as Tensor;
  const column = (value: Tensor | number): Tensor =>
    typeof value === 'number' ? (mul(each, value) as Tensor) : (cast(reshape(value, [count, 1]), dtype) as Tensor);
  const [a, b, c, d] = [xx, xy, yx, yy].map(column) as [Tensor, Tensor, Tensor, Tensor];
  const [x, y] = about === 'centre' ? [(width - 1) / 2, (height - 1) / 2] : [0, 0];
  /** What is added so that the middle goes where it was, and then on by a shift. */
  const stay = (first: Tensor, second: Tensor, middle: number, shift: Tensor | number): Tensor =>
    add(column(shift), sub(middle, add(mul(first, x), mul(second, y)))) as Tensor;
  const none = mul(each, 0) as Tensor;
  const rows = concat([a, b, stay(a, b, x, x0), c, d, stay(c, d, y, y0), none, none], 1) as Tensor;
  return transform(images, rows, { fillMode, fillValue, interpolation, ...(outputShape && { outputShape }) }) as Tensor;
}
