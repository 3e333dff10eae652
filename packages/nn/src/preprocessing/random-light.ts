/** Images lighter, darker, or of more or less contrast at random: `randomBrightness`, `randomContrast`. */
import type { Tensor } from '@deft/core';
import { add, clip, mean, mul, sub } from '@deft/tensor';
import type { Layer } from '../layer.ts';
import { reject } from '../options.ts';
import {
  type ColorOptions,
  checkValueRange,
  draw,
  type Factor,
  factorRange,
  type ImageChange,
  imageLayer,
  type Range,
} from './image-layer.ts';

/** Adds to each image a random share of the range of values. */
export const brighten =
  (range: Range, [least, greatest]: Range): ImageChange =>
  (images, key) =>
    clip(add(images, mul(draw(images, key, 0, range), greatest - least)), least, greatest) as Tensor;

/** The range of `randomBrightness`. */
export const brightnessRange = (kind: string, option: string, factor: unknown): [number, number] =>
  factorRange(kind, option, factor, [-1, 1]);

/**
 * In training, makes each image lighter or darker by a random share of the range of values, and keeps it within the range.
 *
 * @param factor the least and the most that is added, as shares from −1 to 1; a single `f` is `[−f, f]`
 * @throws `E_LAYER` for bad options, inputs that are no images, and in training without a key
 * @example
 * ```ts
 * import { randomBrightness } from '@deft/nn';
 * import { key, tensor } from '@deft/tensor';
 * const lighter = randomBrightness([0.2, 0.2], { valueRange: [0, 10] });
 * console.log(lighter.apply({}, {}, tensor([[[[1], [9]]]]), { training: true, key: key(0) }).output.toArray()); // → [[[[3], [10]]]]
 * ```
 */
export function randomBrightness(factor: Factor, options: ColorOptions = {}): Layer {
  const kind = 'randomBrightness';
  const range = brightnessRange(kind, 'factor', factor);
  const valueRange = checkValueRange(kind, options);
  return imageLayer({
    kind,
    options,
    config: { factor: range, valueRange },
    random: true,
    change: brighten(range, valueRange),
  });
}

/** Brings each channel of each image nearer to its mean or further from it. */
export const contrast =
  ([lower, upper]: Range, [least, greatest]: Range): ImageChange =>
  (images, key) => {
    const middle = mean(images, { axis: [1, 2], keepDims: true }) as Tensor;
    const amount = draw(images, key, 0, [1 - lower, 1 + upper]);
    return clip(add(mul(sub(images, middle), amount), middle), least, greatest) as Tensor;
  };

/** How much less and how much more contrast there may be; a single number is both. */
export function contrastRange(kind: string, option: string, factor: unknown): [number, number] {
  const both: unknown = Array.isArray(factor) ? factor : [factor, factor];
  const isShare = (one: unknown): boolean => typeof one === 'number' && one >= 0 && one <= 1;
  if (Array.isArray(both) && both.length === 2 && both.every(isShare)) return [both[0], both[1]];
  return reject(kind, option, 'a number or two, from 0 to 1', factor);
}

/**
 * In training, multiplies the distance of pixels from the mean of their channel by a random number for each image, and keeps the
 * image within the range of values.
 *
 * @param factor the number is from `1 − factor[0]` to `1 + factor[1]`; a single `f` is `[f, f]`
 * @throws `E_LAYER` for bad options, inputs that are no images, and in training without a key
 * @example
 * ```ts
 * import { randomContrast } from '@deft/nn';
 * console.log(randomContrast(0.2).config.factor); // → [0.2, 0.2]
 * ```
 */
export function randomContrast(factor: Factor, options: ColorOptions = {}): Layer {
  const kind = 'randomContrast';
  const range = contrastRange(kind, 'factor', factor);
  const valueRange = checkValueRange(kind, options);
  return imageLayer({
    kind,
    options,
    config: { factor: range, valueRange },
    random: true,
    change: contrast(range, valueRange),
  });
}
