/** `randomColorJitter`: brightness, contrast, saturation and hue changed at random, one after the other. */
import { foldIn, type Tensor } from '@deft/tensor';
import type { Layer } from '../layer.ts';
import {
  type ColorOptions,
  checkValueRange,
  type Factor,
  factorRange,
  type ImageChange,
  imageLayer,
} from './image-layer.ts';
import { saturate, turnHue } from './random-color.ts';
import { brighten, brightnessRange, contrast, contrastRange } from './random-light.ts';

/** Options of `randomColorJitter`. */
export interface RandomColorJitterOptions extends ColorOptions {
  /** As `randomBrightness`; the brightness stays unless told. */
  readonly brightnessFactor?: Factor | null;
  /** As `randomContrast`; the contrast stays unless told. */
  readonly contrastFactor?: Factor | null;
  /** As `randomSaturation`; the saturation stays unless told. */
  readonly saturationFactor?: Factor | null;
  /** As `randomHue`; the hue stays unless told. */
  readonly hueFactor?: Factor | null;
}

/**
 * In training, `randomBrightness`, `randomContrast`, `randomSaturation` and `randomHue` after each other, those of which the factor is
 * told.
 *
 * @throws `E_LAYER` for bad options, inputs without red, green and blue, and in training without a key
 * @example
 * ```ts
 * import { randomColorJitter } from '@deft/nn';
 * console.log(randomColorJitter({ brightnessFactor: 0.2, hueFactor: 0.1 }).outputShape([8, 8, 3])); // [8, 8, 3]
 * ```
 */
export function randomColorJitter(options: RandomColorJitterOptions = {}): Layer {
  const kind = 'randomColorJitter';
  const valueRange = checkValueRange(kind, options);
  type Check = (kind: string, option: string, factor: unknown) => [number, number];
  const share: Check = (_, option, factor) => factorRange(kind, option, factor, [0, 1]);
  const range = (option: string, given: Factor | null | undefined, check: Check): [number, number] | null =>
    given == null ? null : check(kind, option, given);
  const brightnessFactor = range('brightnessFactor', options.brightnessFactor, brightnessRange);
  const contrastFactor = range('contrastFactor', options.contrastFactor, contrastRange);
  const saturationFactor = range('saturationFactor', options.saturationFactor, share);
  const hueFactor = range('hueFactor', options.hueFactor, share);
  const changes: readonly (ImageChange | null)[] = [
    brightnessFactor && brighten(brightnessFactor, valueRange),
    contrastFactor && contrast(contrastFactor, valueRange),
    saturationFactor && saturate(saturationFactor, valueRange),
    hueFactor && turnHue(hueFactor, valueRange),
  ];
  return imageLayer({
    kind,
    options,
    config: { valueRange, brightnessFactor, contrastFactor, saturationFactor, hueFactor },
    random: true,
    colors: true,
    change: (images, key) =>
      changes.reduce((x, change, i) => (change === null ? x : change(x, foldIn(key, i) as Tensor)), images),
  });
}
