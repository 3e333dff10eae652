/** Images with values turned around or rounded: `randomInvert`, `solarization`, `randomPosterization`. */
import type { Tensor } from '@deft/core';
import { add, clip, div, exp2, floor, less, minimum, mul, round, sub, where } from '@deft/tensor';
import type { Layer } from '../layer.ts';
import { wholeNumber } from '../options.ts';
import {
  type ColorOptions,
  checkValueRange,
  draw,
  type Factor,
  factorRange,
  fromUnit,
  happens,
  imageLayer,
  toUnit,
} from './image-layer.ts';

/** Options of `randomInvert`. */
export interface RandomInvertOptions extends ColorOptions {
  /** Least and greatest probability, from 0 to 1, between which that of each image is drawn; a single `f` is `[0, f]`. 1 unless told. */
  readonly factor?: Factor;
}

/**
 * In training, makes negatives of random images: what was least becomes greatest.
 *
 * @throws `E_LAYER` for bad options, inputs that are no images, and in training without a key
 * @example
 * ```ts
 * import { randomInvert } from '@deft/nn';
 * import { key, tensor } from '@deft/tensor';
 * const layer = randomInvert({ factor: [1, 1], valueRange: [0, 1] });
 * console.log(layer.apply({}, {}, tensor([[[[1], [0.25]]]]), { training: true, key: key(0) }).output.toArray()); // → [[[[0], [0.75]]]]
 * ```
 */
export function randomInvert(options: RandomInvertOptions = {}): Layer {
  const kind = 'randomInvert';
  const factor = factorRange(kind, 'factor', options.factor ?? 1, [0, 1]);
  const valueRange = checkValueRange(kind, options);
  return imageLayer({
    kind,
    options,
    config: { factor, valueRange },
    random: true,
    change: (images, key) =>
      where(happens(images, key, 0, factor), sub(valueRange[0] + valueRange[1], images), images) as Tensor,
  });
}

/** Options of `solarization`. */
export interface SolarizationOptions extends ColorOptions {
  /** Least and most that is added first, as shares of the range of values; a single `f` is `[0, f]`. 0 unless told. */
  readonly additionFactor?: Factor;
  /** Least and greatest threshold, as shares of the range of values; a single `f` is `[0, f]`. 0 unless told. */
  readonly thresholdFactor?: Factor;
}

/**
 * In training, turns the values of pixels around that have reached a threshold, which is drawn for each image.
 *
 * @throws `E_LAYER` for bad options, inputs that are no images, and in training without a key
 * @example
 * ```ts
 * import { solarization } from '@deft/nn';
 * import { key, tensor } from '@deft/tensor';
 * const layer = solarization({ thresholdFactor: [0.5, 0.5] });
 * console.log(layer.apply({}, {}, tensor([[[[55], [200]]]]), { training: true, key: key(0) }).output.toArray()); // → [[[[55], [55]]]]
 * ```
 */
export function solarization(options: SolarizationOptions = {}): Layer {
  const kind = 'solarization';
  const additionFactor = factorRange(kind, 'additionFactor', options.additionFactor ?? 0, [0, 1]);
  const thresholdFactor = factorRange(kind, 'thresholdFactor', options.thresholdFactor ?? 0, [0, 1]);
  const valueRange = checkValueRange(kind, options);
  const [least, greatest] = valueRange;
  return imageLayer({
    kind,
    options,
    config: { additionFactor, thresholdFactor, valueRange },
    random: true,
    change: (images, key) => {
      const share = (which: number, range: readonly [number, number]): Tensor =>
        mul(draw(images, key, which, range), greatest - least) as Tensor;
      const lighter = clip(add(images, share(0, additionFactor)), least, greatest) as Tensor;
      const threshold = add(share(1, thresholdFactor), least) as Tensor;
      return where(less(lighter, threshold), lighter, sub(least + greatest, lighter)) as Tensor;
    },
  });
}

/**
 * In training, keeps the first bits of values alone, as if they had eight.
 *
 * @param factor how many bits are kept, from 1 to 8, or the least and the most, between which they are drawn for each image
 * @throws `E_LAYER` for bad options, inputs that are no images, and in training without a key
 * @example
 * ```ts
 * import { randomPosterization } from '@deft/nn';
 * import { key, tensor } from '@deft/tensor';
 * const layer = randomPosterization(1);
 * console.log(layer.apply({}, {}, tensor([[[[100], [200]]]]), { training: true, key: key(0) }).output.toArray()); // → [[[[0], [128]]]]
 * ```
 */
export function randomPosterization(factor: Factor, options: ColorOptions = {}): Layer {
  const kind = 'randomPosterization';
  const pair: readonly unknown[] = Array.isArray(factor) ? factor : [factor, factor];
  const [from, to] = factorRange(kind, 'factor', pair, [1, 8]);
  for (const bits of [from, to]) wholeNumber(kind, 'factor', bits);
  const valueRange = checkValueRange(kind, options);
  return imageLayer({
    kind,
    options,
    config: { factor: [from, to], valueRange },
    random: true,
    change: (images, key) => {
      const kept = minimum(floor(draw(images, key, 0, [from, to + 1])), to) as Tensor;
      const step = round(exp2(sub(8, kept))) as Tensor;
      // Bytes come back as whole numbers to within rounding.
      const bytes = floor(add(mul(clip(toUnit(images, valueRange), 0, 1), 255), 1e-3)) as Tensor;
      return fromUnit(div(mul(floor(div(bytes, step)), step), 255) as Tensor, valueRange);
    },
  });
}
