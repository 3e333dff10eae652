/** Images that use the whole range of values: `autoContrast`, `equalization`. */
import type { Tensor } from '@deft/core';
import {
  add,
  arange,
  cast,
  clip,
  cumSum,
  div,
  equal,
  floor,
  gather,
  greater,
  lessEqual,
  max,
  maximum,
  min,
  mul,
  onesLike,
  ravel,
  reshape,
  round,
  sub,
  unsortedSegmentSum,
  where,
} from '@deft/tensor';
import type { Layer } from '../layer.ts';
import { wholeNumber } from '../options.ts';
import { type ColorOptions, checkValueRange, fromUnit, imageLayer, toUnit } from './image-layer.ts';

/**
 * Stretches each channel of each image over the whole range of values; channels of one value stay. It does so outside of training
 * as well.
 *
 * @throws `E_LAYER` for bad options and inputs that are no images
 * @example
 * ```ts
 * import { autoContrast } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const image = tensor([[[[100], [110], [120]]]]);
 * console.log(autoContrast().apply({}, {}, image, { training: false }).output.toArray()); // → [[[[0], [127.5], [255]]]]
 * ```
 */
export function autoContrast(options: ColorOptions = {}): Layer {
  const valueRange = checkValueRange('autoContrast', options);
  return imageLayer({
    kind: 'autoContrast',
    options,
    config: { valueRange },
    random: false,
    change: (images) => {
      const over = { axis: [1, 2], keepDims: true };
      const [low, high] = [min(images, over), max(images, over)] as [Tensor, Tensor];
      const isFlat = equal(low, high) as Tensor;
      const unit = div(sub(images, low), where(isFlat, 1, sub(high, low))) as Tensor;
      return where(isFlat, images, fromUnit(clip(unit, 0, 1) as Tensor, valueRange)) as Tensor;
    },
  });
}

/** Options of `equalization`. */
export interface EqualizationOptions extends ColorOptions {
  /** How many values are told apart; 256 unless told. */
  readonly bins?: number;
}

/**
 * Spreads the values of each channel of each image so that about equally many pixels have each (histogram equalisation); channels of
 * one value stay. It does so outside of training as well, as Keras's documentation says. Derivatives are 0.
 *
 * @throws `E_LAYER` for bad options and inputs that are no images
 * @example
 * ```ts
 * import { equalization } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const image = tensor([[[[1], [2], [2], [3]]]]);
 * console.log(equalization().apply({}, {}, image, { training: false }).output.toArray()); // → [[[[0], [170], [170], [255]]]]
 * ```
 */
export function equalization(options: EqualizationOptions = {}): Layer {
  const valueRange = checkValueRange('equalization', options);
  const bins = wholeNumber('equalization', 'bins', options.bins ?? 256, 2);
  return imageLayer({
    kind: 'equalization',
    options,
    config: { valueRange, bins },
    random: false,
    change: (images) => {
      const [count, , , channels] = images.shape as [number, number, number, number];
      const places = clip(floor(mul(toUnit(images, valueRange), bins - 1)), 0, bins - 1) as Tensor;
      const histograms = count * channels;
      const which = mul(reshape(arange(0, histograms, 1, 'int32'), [count, 1, 1, channels]), bins) as Tensor;
      const bin = add(cast(places, 'int32'), which) as Tensor;
      const ones = onesLike(cast(ravel(bin), 'float32')) as Tensor;
      const histogram = reshape(unsortedSegmentSum(ones, ravel(bin) as Tensor, histograms * bins), [
        histograms,
        bins,
      ]) as Tensor;
      const upTo = cumSum(histogram, { axis: 1 }) as Tensor;
      const total = max(upTo, { axis: 1, keepDims: true }) as Tensor;
      const lowest = min(where(greater(histogram, 0), upTo, total), { axis: 1, keepDims: true }) as Tensor;
      const above = sub(total, lowest) as Tensor;
      const table = round(mul(div(sub(upTo, lowest), maximum(above, 1)), 255)) as Tensor;
      const spread = gather(ravel(div(maximum(table, 0), 255)) as Tensor, bin, { axis: 0 }) as Tensor;
      const isFlat = reshape(lessEqual(above, 0), [count, 1, 1, channels]) as Tensor;
      return where(isFlat, images, fromUnit(cast(spread, images.dtype) as Tensor, valueRange)) as Tensor;
    },
  });
}
