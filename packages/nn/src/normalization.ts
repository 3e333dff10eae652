/** `batchNormalization` and `layerNormalization`: mean 0 and variance 1, over the batch or within an example. */
import { shapeText, type Tensor } from '@deft/core';
import { add, div, mean, mul, sqrt, square, sub } from '@deft/tensor';
import { defineLayer, type ExampleShape, type Fail, type Layer } from './layer.ts';
import { flag, numberBetween } from './options.ts';

/** Options of `layerNormalization`. */
export interface LayerNormalizationOptions {
  /** Added to the variance; 0.001 unless told. */
  readonly epsilon?: number;
  /** Whether `beta` is added; true unless told. */
  readonly center?: boolean;
  /** Whether the result is multiplied by `gamma`; true unless told. */
  readonly scale?: boolean;
  readonly name?: string;
}

/** Options of `batchNormalization`. */
export interface BatchNormalizationOptions extends LayerNormalizationOptions {
  /** Share of the moving averages that a batch leaves in place; 0.99 unless told. */
  readonly momentum?: number;
}

interface CheckedOptions {
  readonly epsilon: number;
  readonly center: boolean;
  readonly scale: boolean;
}

function checkOptions(kind: string, options: LayerNormalizationOptions): CheckedOptions {
  return {
    epsilon: numberBetween(kind, 'epsilon', options.epsilon ?? 1e-3, 0, Infinity),
    center: flag(kind, 'center', options.center ?? true),
    scale: flag(kind, 'scale', options.scale ?? true),
  };
}

function features(inputShape: ExampleShape, fail: Fail): number {
  if (inputShape.length === 0) fail({ expected: 'examples of shape [..., features]', found: shapeText(inputShape) });
  return inputShape.at(-1) as number;
}

const affine = (size: number, { center, scale }: CheckedOptions) => [
  ...(scale ? [{ name: 'gamma', shape: [size], initializer: { name: 'ones' } as const }] : []),
  ...(center ? [{ name: 'beta', shape: [size], initializer: { name: 'zeros' } as const }] : []),
];

function normalize(
  x: Tensor,
  center: Tensor,
  variance: Tensor,
  epsilon: number,
  gamma?: Tensor,
  beta?: Tensor,
): Tensor {
  const normal = div(sub(x, center), sqrt(add(variance, epsilon)));
  const scaled = gamma === undefined ? normal : mul(normal, gamma);
  return beta === undefined ? scaled : add(scaled, beta);
}

/** Mean and variance over axes, the variance from the distances to the mean. */
function moments(x: Tensor, axis: number | readonly number[], keepDims: boolean): { center: Tensor; variance: Tensor } {
  const kept = mean(x, { axis, keepDims: true });
  const variance = mean(square(sub(x, kept)), { axis, keepDims });
  return { center: keepDims ? kept : mean(x, { axis }), variance };
}

/**
 * Normalises each feature (the last axis) over the batch in training, and by moving averages otherwise.
 *
 * Weights `gamma` and `beta` `[features]`; state `movingMean` and `movingVariance` `[features]`, which each batch moves by
 * `1 − momentum` towards its own mean and (biased) variance.
 *
 * @throws `E_LAYER` for bad options or an input without axes
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
  const momentum = numberBetween('batchNormalization', 'momentum', options.momentum ?? 0.99, 0, 1);
  return defineLayer({
    kind: 'batchNormalization',
    name: options.name,
    config: { momentum, ...checked },
    named: (name) => batchNormalization({ ...options, name }),
    outputShape: (inputShape, fail) => {
      features(inputShape, fail);
      return inputShape;
    },
    weights: (inputShape, fail) => {
      const size = features(inputShape, fail);
      return [
        ...affine(size, checked),
        { name: 'movingMean', shape: [size], initializer: { name: 'zeros' }, trainable: false },
        { name: 'movingVariance', shape: [size], initializer: { name: 'ones' }, trainable: false },
      ];
    },
    apply: (weights, x, { training }) => {
      const movingMean = weights['movingMean'] as Tensor;
      const movingVariance = weights['movingVariance'] as Tensor;
      const { gamma, beta } = weights;
      if (!training) {
        const output = normalize(x, movingMean, movingVariance, checked.epsilon, gamma, beta);
        return { output, state: { movingMean, movingVariance } };
      }
      const axes = Array.from({ length: x.rank - 1 }, (_, axis) => axis);
      const { center, variance } = moments(x, axes, false);
      const moved = (average: Tensor, now: Tensor): Tensor => add(mul(average, momentum), mul(now, 1 - momentum));
      return {
        output: normalize(x, center, variance, checked.epsilon, gamma, beta),
        state: { movingMean: moved(movingMean, center), movingVariance: moved(movingVariance, variance) },
      };
    },
  });
}

/**
 * Normalises along the last axis of each example.
 *
 * Weights `gamma` and `beta` `[features]`.
 *
 * @throws `E_LAYER` for bad options or an input without axes
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
  return defineLayer({
    kind: 'layerNormalization',
    name: options.name,
    config: { ...checked },
    named: (name) => layerNormalization({ ...options, name }),
    outputShape: (inputShape, fail) => {
      features(inputShape, fail);
      return inputShape;
    },
    weights: (inputShape, fail) => affine(features(inputShape, fail), checked),
    apply: ({ gamma, beta }, x) => {
      const { center, variance } = moments(x, -1, true);
      return normalize(x, center, variance, checked.epsilon, gamma, beta);
    },
  });
}
