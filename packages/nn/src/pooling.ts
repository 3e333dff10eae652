/** Pooling layers: the maximum or mean over windows of an image, or over all of it. */
import type { Tensor } from '@deft/core';
import { avgPool, maxPool, mean } from '@deft/tensor';
import { defineLayer, type Layer } from './layer.ts';
import { flag, oneOf, pair } from './options.ts';
import { imageShape, type Padding, paddings, windowCount } from './spatial.ts';

/** Options of pooling over windows. */
export interface Pooling2dOptions {
  /** Steps of the window; its size unless told. */
  readonly strides?: number | readonly [number, number];
  /** `valid` unless told. */
  readonly padding?: Padding;
  readonly name?: string;
}

interface PoolingRule {
  readonly kind: string;
  pool(x: Tensor, options: { size: [number, number]; strides: [number, number]; padding: Padding }): Tensor;
}

function pooling(rule: PoolingRule, poolSize: number | readonly [number, number], options: Pooling2dOptions): Layer {
  const { kind } = rule;
  const size = pair(kind, 'poolSize', poolSize);
  const strides = pair(kind, 'strides', options.strides ?? size);
  const padding = oneOf(kind, 'padding', options.padding ?? 'valid', paddings);
  return defineLayer({
    kind,
    name: options.name,
    config: { poolSize: size, strides, padding },
    named: (name) => pooling(rule, poolSize, { ...options, name }),
    outputShape: (inputShape, fail) => {
      const [height, width, channels] = imageShape(inputShape, fail);
      return [
        windowCount(height, size[0], strides[0], padding, fail),
        windowCount(width, size[1], strides[1], padding, fail),
        channels,
      ];
    },
    apply: (_, x) => rule.pool(x, { size, strides, padding }),
  });
}

const largest: PoolingRule = {
  kind: 'maxPooling2d',
  pool: (x, { size, strides, padding }) => maxPool(x, { poolSize: size, strides, padding }),
};

const average: PoolingRule = {
  kind: 'averagePooling2d',
  pool: (x, { size, strides, padding }) => avgPool(x, { poolSize: size, strides, padding }),
};

/**
 * The maximum of each window and channel of images `[height, width, channels]`.
 *
 * @throws `E_LAYER` for bad options, or an input that is no image or smaller than the window with padding `valid`
 * @example
 * ```ts
 * import { maxPooling2d } from '@deft/nn';
 * console.log(maxPooling2d(2).outputShape([26, 26, 32])); // [13, 13, 32]
 * ```
 */
export function maxPooling2d(poolSize: number | readonly [number, number] = 2, options: Pooling2dOptions = {}): Layer {
  return pooling(largest, poolSize, options);
}

/**
 * The mean of each window and channel of images `[height, width, channels]`; what padding adds does not count.
 *
 * @throws `E_LAYER` as `maxPooling2d`
 * @example
 * ```ts
 * import { averagePooling2d } from '@deft/nn';
 * console.log(averagePooling2d(2, { strides: 1 }).outputShape([4, 4, 3])); // [3, 3, 3]
 * ```
 */
export function averagePooling2d(
  poolSize: number | readonly [number, number] = 2,
  options: Pooling2dOptions = {},
): Layer {
  return pooling(average, poolSize, options);
}

/** Options of `globalAveragePooling2d`. */
export interface GlobalPooling2dOptions {
  /** Whether height and width stay as axes of size 1. */
  readonly keepDims?: boolean;
  readonly name?: string;
}

/**
 * The mean over height and width: `[height, width, channels]` becomes `[channels]`.
 *
 * @throws `E_LAYER` for an input that is no image
 * @example
 * ```ts
 * import { globalAveragePooling2d } from '@deft/nn';
 * console.log(globalAveragePooling2d().outputShape([7, 7, 64])); // [64]
 * ```
 */
export function globalAveragePooling2d(options: GlobalPooling2dOptions = {}): Layer {
  const keepDims = flag('globalAveragePooling2d', 'keepDims', options.keepDims ?? false);
  return defineLayer({
    kind: 'globalAveragePooling2d',
    name: options.name,
    config: { keepDims },
    named: (name) => globalAveragePooling2d({ ...options, name }),
    outputShape: (inputShape, fail) => {
      const [, , channels] = imageShape(inputShape, fail);
      return keepDims ? [1, 1, channels] : [channels];
    },
    apply: (_, x) => mean(x, { axis: [1, 2], keepDims }),
  });
}
