/** Activations as layers with numbers or weights of their own: `relu`, `leakyRelu`, `elu`, `prelu`, `softmax`. */
import type { Tensor } from '@deft/core';
import {
  elu as eluOf,
  greaterEqual,
  leakyRelu as leakyReluOf,
  minimum,
  mul,
  prelu as preluOf,
  softmax as softmaxOf,
  sub,
  where,
} from '@deft/tensor';
import { defineLayer } from './define-layer.ts';
import type { ExampleShape, Layer, LayerOptions } from './layer.ts';
import type { Fail } from './layer-errors.ts';
import { axisNumber, finite, placeOf, reject } from './options.ts';
import { checkWeightOptions, type WeightOptions } from './weight-options.ts';

/** Options of `relu`. */
export interface ReluOptions extends LayerOptions {
  /** The largest output; none unless told. */
  readonly maxValue?: number | null;
  /** Slope below the threshold; 0 unless told. */
  readonly negativeSlope?: number;
  /** Where the line begins; 0 unless told. */
  readonly threshold?: number;
}

/**
 * `x` from `threshold` on, at most `maxValue`; `negativeSlope · (x − threshold)` below it.
 *
 * @throws `E_LAYER` for numbers that are negative or not finite
 * @example
 * ```ts
 * import { relu } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const layer = relu({ maxValue: 2, negativeSlope: 0.5 });
 * console.log(layer.apply({}, {}, tensor([[-1, 1, 3]]), { training: false }).output.toArray()); // [[-0.5, 1, 2]]
 * ```
 */
export function relu(options: ReluOptions = {}): Layer {
  const { maxValue = null } = options;
  if (maxValue !== null) finite('relu', 'maxValue', maxValue, 0);
  const negativeSlope = finite('relu', 'negativeSlope', options.negativeSlope ?? 0, 0);
  const threshold = finite('relu', 'threshold', options.threshold ?? 0, 0);
  return defineLayer({
    kind: 'relu',
    options,
    mask: 'keeps',
    config: { maxValue, negativeSlope, threshold },
    outputShape: (inputShape) => inputShape,
    apply: (_, x) => {
      const below = negativeSlope === 0 ? 0 : mul(sub(x, threshold), negativeSlope);
      const line = where(greaterEqual(x, threshold), x, below) as Tensor;
      return maxValue === null ? line : minimum(line, maxValue);
    },
  });
}

/** Options of `leakyRelu`. */
export interface LeakyReluOptions extends LayerOptions {
  /** Slope below 0; 0.3 unless told. */
  readonly negativeSlope?: number;
}

/**
 * `x` above 0, `negativeSlope · x` below it.
 *
 * @throws `E_LAYER` for a slope that is negative or not finite
 * @example
 * ```ts
 * import { leakyRelu } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const layer = leakyRelu({ negativeSlope: 0.5 });
 * console.log(layer.apply({}, {}, tensor([[-1, 1]]), { training: false }).output.toArray()); // [[-0.5, 1]]
 * ```
 */
export function leakyRelu(options: LeakyReluOptions = {}): Layer {
  const negativeSlope = finite('leakyRelu', 'negativeSlope', options.negativeSlope ?? 0.3, 0);
  return defineLayer({
    kind: 'leakyRelu',
    options,
    mask: 'keeps',
    config: { negativeSlope },
    outputShape: (inputShape) => inputShape,
    apply: (_, x) => leakyReluOf(x, { negativeSlope }),
  });
}

/** Options of `elu`. */
export interface EluOptions extends LayerOptions {
  /** The negated limit far below 0; 1 unless told. */
  readonly alpha?: number;
}

/**
 * `x` above 0, `alpha · (exp(x) − 1)` below it.
 *
 * @throws `E_LAYER` for a number that is not finite
 * @example
 * ```ts
 * import { elu } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * console.log(elu({ alpha: 2 }).apply({}, {}, tensor([[-100, 1]]), { training: false }).output.toArray()); // [[-2, 1]]
 * ```
 */
export function elu(options: EluOptions = {}): Layer {
  const alpha = finite('elu', 'alpha', options.alpha ?? 1);
  return defineLayer({
    kind: 'elu',
    options,
    mask: 'keeps',
    config: { alpha },
    outputShape: (inputShape) => inputShape,
    apply: (_, x) => eluOf(x, { alpha }),
  });
}

/** Options of `prelu`. The slopes begin as `zeros` unless told. */
export interface PreluOptions extends LayerOptions, WeightOptions<'alpha'> {
  /** Axes of the batch (the first of an example is 1) along which one slope is shared; none unless told. */
  readonly sharedAxes?: readonly number[];
}

/**
 * `x` above 0, `alpha · x` below it, with slopes that are learnt.
 *
 * Weight `alpha` in the shape of an example, with size 1 along shared axes.
 *
 * @throws `E_LAYER` for bad options or axes that an example does not have
 * @example
 * ```ts
 * import { prelu } from '@deft/nn';
 * console.log(prelu({ sharedAxes: [1, 2] }).weights([28, 28, 8])[0]?.shape); // [1, 1, 8]
 * ```
 */
export function prelu(options: PreluOptions = {}): Layer {
  const own = checkWeightOptions('prelu', options, { alpha: 'zeros' });
  const given: unknown = options.sharedAxes ?? [];
  if (!Array.isArray(given) || given.length > 32) reject('prelu', 'sharedAxes', 'an array of axes', given);
  const sharedAxes = (given as unknown[]).map((axis) => axisNumber('prelu', 'sharedAxes', axis));
  const shared = (inputShape: ExampleShape, fail: Fail): number[] =>
    sharedAxes.map((axis) => placeOf(axis, inputShape, fail));
  return defineLayer({
    kind: 'prelu',
    options,
    mask: 'keeps',
    config: { sharedAxes, ...own.config },
    outputShape: (inputShape, fail) => {
      shared(inputShape, fail);
      return inputShape;
    },
    weights: (inputShape, fail) => {
      const axes = shared(inputShape, fail);
      const shape = inputShape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
      return [own.declare('alpha', shape)];
    },
    apply: ({ alpha }, x) => preluOf(x, alpha as Tensor),
  });
}

/** Options of `softmax`. */
export interface SoftmaxOptions extends LayerOptions {
  /** Axis of the batch (the first of an example is 1) that sums to 1; the last unless told. */
  readonly axis?: number;
}

/**
 * Exponentials over their sum along an axis.
 *
 * @throws `E_LAYER` for axis 0 and for axes that an example does not have
 * @example
 * ```ts
 * import { softmax } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * console.log(softmax().apply({}, {}, tensor([[0, 0]]), { training: false }).output.toArray()); // [[0.5, 0.5]]
 * ```
 */
export function softmax(options: SoftmaxOptions = {}): Layer {
  const axis = axisNumber('softmax', 'axis', options.axis ?? -1);
  return defineLayer({
    kind: 'softmax',
    options,
    mask: 'keeps',
    config: { axis },
    outputShape: (inputShape, fail) => {
      placeOf(axis, inputShape, fail);
      return inputShape;
    },
    apply: (_, x) => softmaxOf(x, { axis }),
  });
}
