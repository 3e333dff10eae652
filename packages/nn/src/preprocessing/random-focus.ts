/** Images blurred and sharpened at random: `randomGaussianBlur`, `randomSharpness`. Beyond the edges all is 0, as in Keras. */
import type { Tensor } from '@deft/core';
import { add, cast, clip, div, exp, mul, pad, slice, square, sub, where } from '@deft/tensor';
import type { Layer } from '../layer.ts';
import { reject, wholeNumber } from '../options.ts';
import {
  type ColorOptions,
  checkValueRange,
  draw,
  type Factor,
  factorRange,
  happens,
  imageLayer,
} from './image-layer.ts';

/** The sum of neighbours along an axis, each times its weight, a number or one for each image. */
function neighbours(images: Tensor, axis: 1 | 2, weights: readonly (Tensor | number)[]): Tensor {
  const reach = (weights.length - 1) / 2;
  const margins = images.shape.map((_, i): [number, number] => (i === axis ? [reach, reach] : [0, 0]));
  const padded = pad(images, margins) as Tensor;
  const shifted = (by: number): Tensor =>
    slice(
      padded,
      images.shape.map((_, i) => (i === axis ? by : 0)),
      [...images.shape],
    ) as Tensor;
  return weights
    .map((weight, i) => mul(shifted(i), weight) as Tensor)
    .reduce((total, one) => add(total, one) as Tensor);
}

/** Options of `randomGaussianBlur`. */
export interface RandomGaussianBlurOptions extends ColorOptions {
  /** Least and greatest probability, between which that of each image is drawn; a single `f` is `[0, f]`. 1 unless told. */
  readonly factor?: Factor;
  /** How many pixels along rows and columns a new one is the mean of, an odd number up to 99 or two; 3 unless told. */
  readonly kernelSize?: number | readonly [rows: number, columns: number];
  /** Least and greatest deviation of the weights in pixels, from 0 to 1; a single `f` is `[0, f]`. 1 unless told. */
  readonly sigma?: Factor;
}

/** The weights of a bell curve for each image, whose sum is 1. */
function bell(sigma: Tensor, size: number): Tensor[] {
  const reach = (size - 1) / 2;
  const width = mul(square(add(sigma, 1e-6)), 2) as Tensor;
  const weights = Array.from({ length: size }, (_, i) => exp(div(-((i - reach) ** 2), width)) as Tensor);
  const total = weights.reduce((sum, one) => add(sum, one) as Tensor);
  return weights.map((one) => div(one, total) as Tensor);
}

/**
 * In training, blurs random images by a bell curve, whose deviations along rows and columns are drawn for each image (Keras draws them
 * for the batch).
 *
 * @throws `E_LAYER` for bad options, inputs that are no images, and in training without a key
 * @example
 * ```ts
 * import { randomGaussianBlur } from '@deft/nn';
 * console.log(randomGaussianBlur({ kernelSize: 5 }).outputShape([28, 28, 1])); // [28, 28, 1]
 * ```
 */
export function randomGaussianBlur(options: RandomGaussianBlurOptions = {}): Layer {
  const kind = 'randomGaussianBlur';
  const factor = factorRange(kind, 'factor', options.factor ?? 1, [0, 1]);
  const sigma = factorRange(kind, 'sigma', options.sigma ?? 1, [0, 1]);
  const given: unknown = options.kernelSize ?? 3;
  const sizes = (Array.isArray(given) ? given : [given, given]).map((one) => wholeNumber(kind, 'kernelSize', one));
  if (sizes.length !== 2 || sizes.some((size) => size % 2 === 0 || size > 99)) {
    reject(kind, 'kernelSize', 'an odd number up to 99, or two', given);
  }
  const valueRange = checkValueRange(kind, options);
  return imageLayer({
    kind,
    options,
    config: { factor, kernelSize: sizes, sigma, valueRange },
    random: true,
    change: (images, key) => {
      const dtype = images.dtype === 'float64' ? 'float64' : 'float32';
      const blurred = sizes.reduce((x, size, i) => {
        const weights = bell(cast(draw(images, key, i + 1, sigma), dtype) as Tensor, size);
        return neighbours(x, i === 0 ? 1 : 2, weights);
      }, images);
      return clip(where(happens(images, key, 0, factor), blurred, images), ...valueRange) as Tensor;
    },
  });
}

/**
 * In training, blurs or sharpens each image: `x + (1 − 2f) (smooth − x)`, where the smooth image is the mean of three by three pixels,
 * of which the middle one counts five times. 0 is smooth, 0.5 as it was, 1 the sharpest.
 *
 * @param factor the least and the greatest `f`, from 0 to 1; a single one is `[0, f]`
 * @throws `E_LAYER` for bad options, inputs that are no images, and in training without a key
 * @example
 * ```ts
 * import { randomSharpness } from '@deft/nn';
 * console.log(randomSharpness([0.4, 0.9]).outputShape([28, 28, 1])); // [28, 28, 1]
 * ```
 */
export function randomSharpness(factor: Factor, options: ColorOptions = {}): Layer {
  const kind = 'randomSharpness';
  const range = factorRange(kind, 'factor', factor, [0, 1]);
  const valueRange = checkValueRange(kind, options);
  return imageLayer({
    kind,
    options,
    config: { factor: range, valueRange },
    random: true,
    change: (images, key) => {
      const square = neighbours(neighbours(images, 1, [1, 1, 1]), 2, [1, 1, 1]);
      const smooth = div(add(square, mul(images, 4)), 13) as Tensor;
      const amount = sub(1, mul(draw(images, key, 0, range), 2)) as Tensor;
      return clip(add(images, mul(amount, sub(smooth, images))), ...valueRange) as Tensor;
    },
  });
}
