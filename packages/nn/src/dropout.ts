/** Dropout of elements and of whole channels: zeroes a random share in training and keeps the mean. */
import type { Tensor } from '@deft/core';
import { dropout as dropElements, mul, onesLike, slice } from '@deft/tensor';
import { defineLayer } from './define-layer.ts';
import type { Layer, LayerOptions } from './layer.ts';
import { numberBetween, oneOf, type SpatialRank } from './options.ts';
import { type DataFormat, dataFormats, spatialShape } from './spatial.ts';

/** Options of `dropout`. */
export interface DropoutOptions extends LayerOptions {}

/**
 * Inverted dropout: in training each element is zeroed with probability `rate` and the others are divided by `1 − rate`,
 * so that the mean stays; otherwise the input passes unchanged (Srivastava et al. 2014).
 *
 * @throws `E_LAYER` unless `0 ≤ rate < 1`, and in training without a key
 * @example
 * ```ts
 * import { dropout } from '@deft/nn';
 * import { key, ones } from '@deft/tensor';
 * const layer = dropout(0.5);
 * console.log(layer.apply({}, {}, ones([1, 8]), { training: true, key: key(1) }).output.toArray());
 * ```
 */
export function dropout(rate: number, options: DropoutOptions = {}): Layer {
  numberBetween('dropout', 'rate', rate, 0, 1);
  return defineLayer({
    kind: 'dropout',
    options,
    mask: 'keeps',
    config: { rate },
    random: rate > 0,
    outputShape: (inputShape) => inputShape,
    apply: (_, x, { training, key }) => (training && rate > 0 ? dropElements(x, { rate, key: key as Tensor }) : x),
  });
}

/** Options of dropout of whole channels. */
export interface SpatialDropoutOptions extends LayerOptions {
  /** Where the channels stand; `channelsLast` unless told. */
  readonly dataFormat?: DataFormat;
}

function spatialDropout(rank: SpatialRank, rate: number, options: SpatialDropoutOptions): Layer {
  const kind = `spatialDropout${rank}d`;
  numberBetween(kind, 'rate', rate, 0, 1);
  const dataFormat = oneOf(kind, 'dataFormat', options.dataFormat ?? 'channelsLast', dataFormats);
  return defineLayer({
    kind,
    options,
    mask: 'keeps',
    config: { rate, dataFormat },
    random: rate > 0,
    outputShape: (inputShape, fail) => {
      spatialShape(inputShape, rank, dataFormat, fail);
      return inputShape;
    },
    apply: (_, x, { training, key }) => {
      if (!training || rate === 0 || x.size === 0) return x;
      const channels = dataFormat === 'channelsLast' ? x.rank - 1 : 1;
      // One element of each channel of each example decides for all.
      const sizes = x.shape.map((dim, axis) => (axis === 0 || axis === channels ? dim : 1));
      const one = onesLike(slice(x, new Array<number>(x.rank).fill(0), sizes)) as Tensor;
      return mul(x, dropElements(one, { rate, key: key as Tensor }));
    },
  });
}

/**
 * In training, zeroes each channel of sequences `[length, channels]` with probability `rate` as a whole and divides the others
 * by `1 − rate` (Tompson et al. 2015).
 *
 * @throws `E_LAYER` unless `0 ≤ rate < 1`, for an input that is no sequence, and in training without a key
 * @example
 * ```ts
 * import { spatialDropout1d } from '@deft/nn';
 * console.log(spatialDropout1d(0.2).outputShape([10, 4])); // [10, 4]
 * ```
 */
export function spatialDropout1d(rate: number, options: SpatialDropoutOptions = {}): Layer {
  return spatialDropout(1, rate, options);
}

/**
 * In training, zeroes each channel of images `[height, width, channels]` with probability `rate` as a whole and divides the
 * others by `1 − rate`.
 *
 * @throws `E_LAYER` unless `0 ≤ rate < 1`, for an input that is no image, and in training without a key
 * @example
 * ```ts
 * import { spatialDropout2d } from '@deft/nn';
 * console.log(spatialDropout2d(0.2).outputShape([8, 8, 4])); // [8, 8, 4]
 * ```
 */
export function spatialDropout2d(rate: number, options: SpatialDropoutOptions = {}): Layer {
  return spatialDropout(2, rate, options);
}

/**
 * In training, zeroes each channel of volumes `[depth, height, width, channels]` with probability `rate` as a whole and
 * divides the others by `1 − rate`.
 *
 * @throws `E_LAYER` unless `0 ≤ rate < 1`, for an input that is no volume, and in training without a key
 * @example
 * ```ts
 * import { spatialDropout3d } from '@deft/nn';
 * console.log(spatialDropout3d(0.2).outputShape([4, 4, 4, 2])); // [4, 4, 4, 2]
 * ```
 */
export function spatialDropout3d(rate: number, options: SpatialDropoutOptions = {}): Layer {
  return spatialDropout(3, rate, options);
}
