/**
 * Images of other colours at random: `randomHue`, `randomSaturation`, `randomColorDegeneration`, `randomGrayscale`. Their images have
 * the channels red, green and blue.
 */
import type { Tensor } from '@deft/core';
import {
  add,
  clip,
  div,
  floor,
  hsvToRgb,
  mul,
  neg,
  rgbToGrayscale,
  rgbToHsv,
  stack,
  sub,
  unstack,
  where,
} from '@deft/tensor';
import type { Layer } from '../layer.ts';
import {
  type ColorOptions,
  checkValueRange,
  draw,
  type Factor,
  factorRange,
  fromUnit,
  happens,
  type ImageChange,
  type ImageOptions,
  imageLayer,
  type Range,
  toUnit,
} from './image-layer.ts';

type Channels = readonly [hue: Tensor, saturation: Tensor, value: Tensor];

/** A change of hue, saturation and value. */
function inHsv(images: Tensor, valueRange: Range, change: (channels: Channels) => Channels): Tensor {
  const channels = unstack(rgbToHsv(toUnit(images, valueRange)), -1) as unknown as Channels;
  const changed = hsvToRgb(stack([...change(channels)], -1) as Tensor) as Tensor;
  return fromUnit(clip(changed, 0, 1) as Tensor, valueRange);
}

/** A number for each image, for one channel of it. */
const ofChannel = (images: Tensor, key: Tensor, which: number, range: Range): Tensor =>
  (unstack(draw(images, key, which, range), -1) as unknown as readonly Tensor[])[0] as Tensor;

/** Turns the hues of each image, forwards or backwards. */
export const turnHue =
  (range: Range, valueRange: Range): ImageChange =>
  (images, key) =>
    inHsv(images, valueRange, ([hue, saturation, value]) => {
      const isBackwards = (
        unstack(happens(images, key, 0, [0.5, 0.5]), -1) as unknown as readonly Tensor[]
      )[0] as Tensor;
      const amount = mul(ofChannel(images, key, 1, range), 0.5) as Tensor;
      const turned = add(hue, where(isBackwards, neg(amount), amount)) as Tensor;
      return [sub(turned, floor(turned)) as Tensor, saturation, value];
    });

/** Multiplies the saturation of each image. */
export const saturate =
  (range: Range, valueRange: Range): ImageChange =>
  (images, key) =>
    inHsv(images, valueRange, ([hue, saturation, value]) => {
      const factor = ofChannel(images, key, 0, range);
      const more = div(factor, add(sub(1, factor), 1e-7)) as Tensor;
      return [hue, clip(mul(saturation, more), 0, 1) as Tensor, value];
    });

/** A layer whose factor is from 0 to 1. */
function colorLayer(
  kind: string,
  factor: Factor,
  options: ColorOptions,
  changeOf: (range: Range, valueRange: Range) => ImageChange,
): Layer {
  const range = factorRange(kind, 'factor', factor, [0, 1]);
  const valueRange = checkValueRange(kind, options);
  const change = changeOf(range, valueRange);
  return imageLayer({ kind, options, config: { factor: range, valueRange }, random: true, colors: true, change });
}

/**
 * In training, turns the hues of each image by a random angle, for half of the images backwards.
 *
 * @param factor the least and the greatest angle, as shares of half a turn from 0 to 1; a single `f` is `[0, f]`
 * @throws `E_LAYER` for bad options, inputs without red, green and blue, and in training without a key
 * @example
 * ```ts
 * import { randomHue } from '@deft/nn';
 * console.log(randomHue(0.1).config.factor); // → [0, 0.1]
 * ```
 */
export function randomHue(factor: Factor, options: ColorOptions = {}): Layer {
  return colorLayer('randomHue', factor, options, turnHue);
}

/**
 * In training, makes the colours of each image stronger or weaker: the saturation is multiplied by `f / (1 − f)`, so that 0 is grey,
 * 0.5 as it was, and 1 as strong as can be.
 *
 * @param factor the least and the greatest `f`, from 0 to 1; a single one is `[0, f]`
 * @throws `E_LAYER` for bad options, inputs without red, green and blue, and in training without a key
 * @example
 * ```ts
 * import { randomSaturation } from '@deft/nn';
 * console.log(randomSaturation([0.4, 0.6]).outputShape([8, 8, 3])); // [8, 8, 3]
 * ```
 */
export function randomSaturation(factor: Factor, options: ColorOptions = {}): Layer {
  return colorLayer('randomSaturation', factor, options, saturate);
}

/**
 * In training, mixes each image with its grey: 0 leaves it as it was, 1 is grey.
 *
 * @param factor the least and the greatest share of grey, from 0 to 1; a single `f` is `[0, f]`
 * @throws `E_LAYER` for bad options, inputs without red, green and blue, and in training without a key
 * @example
 * ```ts
 * import { randomColorDegeneration } from '@deft/nn';
 * console.log(randomColorDegeneration(0.5).outputShape([8, 8, 3])); // [8, 8, 3]
 * ```
 */
export function randomColorDegeneration(factor: Factor, options: ColorOptions = {}): Layer {
  const mix =
    (range: Range, [least, greatest]: Range): ImageChange =>
    (images, key) => {
      const share = draw(images, key, 0, range);
      const mixed = add(mul(images, sub(1, share)), mul(rgbToGrayscale(images), share));
      return clip(mixed, least, greatest) as Tensor;
    };
  return colorLayer('randomColorDegeneration', factor, options, mix);
}

/** Options of `randomGrayscale`. */
export interface RandomGrayscaleOptions extends ImageOptions {
  /** The probability, from 0 to 1; 0.5 unless told. */
  readonly factor?: number;
}

/**
 * In training, makes a random share of images grey: 0.2989 red + 0.587 green + 0.114 blue in every channel.
 *
 * @throws `E_LAYER` for bad options, inputs without red, green and blue, and in training without a key
 * @example
 * ```ts
 * import { randomGrayscale } from '@deft/nn';
 * console.log(randomGrayscale({ factor: 0.2 }).outputShape([8, 8, 3])); // [8, 8, 3]
 * ```
 */
export function randomGrayscale(options: RandomGrayscaleOptions = {}): Layer {
  const kind = 'randomGrayscale';
  const given = options.factor ?? 0.5;
  const [, factor] = factorRange(kind, 'factor', given, [0, 1]);
  return imageLayer({
    kind,
    options,
    config: { factor },
    random: true,
    colors: true,
    change: (images, key) => where(happens(images, key, 0, [factor, factor]), rgbToGrayscale(images), images) as Tensor,
  });
}
