/** `batchNormalization` and `layerNormalization`: mean 0 and variance 1, over the batch or within an example. */
import type { Tensor } from '@deft/core';
import { add, mul } from '@deft/tensor';
import { defineLayer } from './define-layer.ts';
import type { Layer } from './layer.ts';
import {
  type AffineOptions,
  affine,
  alongAxes,
  axisList,
  checkOptions,
  moments,
  normalize,
  placesOf,
} from './normalization-parts.ts';
import { axisNumber, numberBetween, placeOf } from './options.ts';
/** Options of `layerNormalization`. */
export interface LayerNormalizationOptions extends AffineOptions {
  /** Axes of the batch (the first of an example is 1) over which it normalises; the last unless told. */
  readonly axis?: number | readonly number[];
}

/** Options of `batchNormalization`. */
export interface BatchNormalizationOptions extends AffineOptions {
  /** The axis of the batch (the first of an example is 1) whose places are normalised each; the last unless told. */
  readonly axis?: number;
  /** Share of the moving averages that a batch leaves in place; 0.99 unless told. */
  readonly momentum?: number;
}

/**
 * Normalises each feature (place of the axis, the last unless told) over the batch in training, and by moving averages
 * otherwise (Ioffe and Szegedy 2015).
 *
 * Weights `gamma` and `beta` `[features]`; state `movingMean` and `movingVariance` `[features]`, which each batch moves by
 * `1 − momentum` towards its own mean and (biased) variance.
 *
 * @throws `E_LAYER` for bad options or an input without the axis
 * @example
 * ```ts
 * import { batchNormalization } from '@deft/nn';
 * import { key } from '@deft/tensor';
 * const { parameters, state } = batchNormalization().initialize(key(0), [8]);
 * console.log(Object.keys(parameters), Object.keys(state)); // ['gamma', 'beta'] ['movingMean', 'movingVariance']
 * ```
 */
export function batchNormalization(options: BatchNormalizationOptions = {}): Layer {
  const checked = checkOptions('batchNormalization', options);
  const axis = axisNumber('batchNormalization', 'axis', options.axis ?? -1);
  const momentum = numberBetween('batchNormalization', 'momentum', options.momentum ?? 0.99, 0, 1);
  return defineLayer({
    kind: 'batchNormalization',
    options,
    mask: 'keeps',
    precise: true,
    config: { axis, momentum, ...checked.config },
    outputShape: (inputShape, fail) => {
      placeOf(axis, inputShape, fail);
      return inputShape;
    },
    weights: (inputShape, fail) => {
      const shape = [inputShape[placeOf(axis, inputShape, fail)] as number];
      return [
        ...affine(shape, checked),
        { name: 'movingMean', shape, initializer: { name: 'zeros' }, trainable: false },
        { name: 'movingVariance', shape, initializer: { name: 'ones' }, trainable: false },
      ];
    },
    apply: (weights, x, { training, frozen, mask }, fail) => {
      const movingMean = weights['movingMean'] as Tensor;
      const movingVariance = weights['movingVariance'] as Tensor;
      const place = placeOf(axis, x.shape.slice(1), fail);
      const spread = (weight: Tensor): Tensor => alongAxes(weight, x.rank, [place]);
      const by = (center: Tensor, variance: Tensor): Tensor => {
        const [gamma, beta] = [weights['gamma'], weights['beta']].map((weight) => weight && spread(weight));
        return normalize(x, spread(center), spread(variance), checked.epsilon, gamma, beta);
      };
      if (!training || frozen) return { output: by(movingMean, movingVariance), state: { movingMean, movingVariance } };
      const others = x.shape.map((_, i) => i).filter((i) => i !== place + 1);
      const { center, variance } = moments(x, others, false, mask as Tensor | undefined);
      const moved = (average: Tensor, now: Tensor): Tensor => add(mul(average, momentum), mul(now, 1 - momentum));
      return {
        output: by(center, variance),
        state: { movingMean: moved(movingMean, center), movingVariance: moved(movingVariance, variance) },
      };
    },
  });
}

/**
 * Normalises each example along axes, the last unless told (Ba et al. 2016).
 *
 * Weights `gamma` and `beta` with the dims of those axes.
 *
 * @throws `E_LAYER` for bad options or an input without the axes
 * @example
 * ```ts
 * import { layerNormalization } from '@deft/nn';
 * import { key, tensor } from '@deft/tensor';
 * const layer = layerNormalization({ epsilon: 1e-6 });
 * const { parameters, state } = layer.initialize(key(0), [2]);
 * console.log(layer.apply(parameters, state, tensor([[1, 3]]), { training: false }).output.toArray());
 * ```
 */
export function layerNormalization(options: LayerNormalizationOptions = {}): Layer {
  const checked = checkOptions('layerNormalization', options);
  const axis = axisList('layerNormalization', options.axis ?? -1);
  return defineLayer({
    kind: 'layerNormalization',
    options,
    mask: 'keeps',
    precise: true,
    config: { axis, ...checked.config },
    outputShape: (inputShape, fail) => {
      placesOf(axis, inputShape, fail);
      return inputShape;
    },
    weights: (inputShape, fail) =>
      affine(
        placesOf(axis, inputShape, fail).map((place) => inputShape[place] as number),
        checked,
      ),
    apply: (weights, x, _, fail) => {
      const places = placesOf(axis, x.shape.slice(1), fail);
      const { center, variance } = moments(
        x,
        places.map((place) => place + 1),
        true,
      );
      const [gamma, beta] = [weights['gamma'], weights['beta']].map(
        (weight) => weight && alongAxes(weight, x.rank, places),
      );
      return normalize(x, center, variance, checked.epsilon, gamma, beta);
    },
  });
}
