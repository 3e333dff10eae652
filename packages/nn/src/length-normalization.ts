/** Normalisations of the size alone, not the mean: `rmsNormalization`, `unitNormalization`. */
import type { Tensor } from '@deft/core';
import { add, div, mean, mul, normalize as normalizeLength, sqrt, square } from '@deft/tensor';
import { defineLayer } from './define-layer.ts';
import type { Layer, LayerOptions } from './layer.ts';
import { alongAxes, axisList, placesOf } from './normalization-parts.ts';
import { axisNumber, numberBetween, placeOf } from './options.ts';
/** Options of `rmsNormalization`. */
export interface RmsNormalizationOptions extends LayerOptions {
  /** The axis of the batch (the first of an example is 1) along which it normalises; the last unless told. */
  readonly axis?: number;
  /** Added to the mean square; 1e-6 unless told. */
  readonly epsilon?: number;
}

/**
 * Divides by the root of the mean square along an axis and multiplies by a weight (Zhang and Sennrich 2019).
 *
 * Weight `scale` with the dim of the axis.
 *
 * @throws `E_LAYER` for bad options or an input without the axis
 * @example
 * ```ts
 * import { rmsNormalization } from '@deft/nn';
 * import { key, tensor } from '@deft/tensor';
 * const layer = rmsNormalization({ epsilon: 0 });
 * const { parameters } = layer.initialize(key(0), [2]);
 * console.log(layer.apply(parameters, {}, tensor([[1, 7]]), { training: false }).output.toArray()); // [[0.2, 1.4]]
 * ```
 */
export function rmsNormalization(options: RmsNormalizationOptions = {}): Layer {
  const axis = axisNumber('rmsNormalization', 'axis', options.axis ?? -1);
  const epsilon = numberBetween('rmsNormalization', 'epsilon', options.epsilon ?? 1e-6, 0, Infinity);
  return defineLayer({
    kind: 'rmsNormalization',
    options,
    mask: 'keeps',
    precise: true,
    config: { axis, epsilon },
    outputShape: (inputShape, fail) => {
      placeOf(axis, inputShape, fail);
      return inputShape;
    },
    weights: (inputShape, fail) => [
      { name: 'scale', shape: [inputShape[placeOf(axis, inputShape, fail)] as number], initializer: { name: 'ones' } },
    ],
    apply: ({ scale }, x, _, fail) => {
      const place = placeOf(axis, x.shape.slice(1), fail);
      const root = sqrt(add(mean(square(x), { axis: place + 1, keepDims: true }), epsilon));
      return mul(div(x, root), alongAxes(scale as Tensor, x.rank, [place]));
    },
  });
}

/** Options of `unitNormalization`. */
export interface UnitNormalizationOptions extends LayerOptions {
  /** Axes of the batch (the first of an example is 1) along which it normalises; the last unless told. */
  readonly axis?: number | readonly number[];
}

/**
 * Gives vectors along axes length 1; those of length 0 stay 0.
 *
 * @throws `E_LAYER` for bad options or an input without the axes
 * @example
 * ```ts
 * import { unitNormalization } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * console.log(unitNormalization().apply({}, {}, tensor([[3, 4]]), { training: false }).output.toArray()); // [[0.6, 0.8]]
 * ```
 */
export function unitNormalization(options: UnitNormalizationOptions = {}): Layer {
  const axis = axisList('unitNormalization', options.axis ?? -1);
  return defineLayer({
    kind: 'unitNormalization',
    options,
    mask: 'keeps',
    precise: true,
    config: { axis },
    outputShape: (inputShape, fail) => {
      placesOf(axis, inputShape, fail);
      return inputShape;
    },
    apply: (_, x, __, fail) => {
      const places = placesOf(axis, x.shape.slice(1), fail);
      return normalizeLength(x, { axis: places.map((place) => place + 1) });
    },
  });
}
