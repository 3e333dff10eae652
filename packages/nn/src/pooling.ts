/** Pooling over windows: the maximum or the mean of each window and channel of sequences, images or volumes. */
import type { Tensor } from '@deft/core';
import { avgPool, avgPool1d, avgPool3d, maxPool, maxPool1d, maxPool3d } from '@deft/tensor';
import { defineLayer } from './define-layer.ts';
import type { Layer, LayerOptions } from './layer.ts';
import { oneOf, type PerAxis, perAxis, type SpatialRank } from './options.ts';
import {
  type DataFormat,
  dataFormats,
  joinShape,
  opFormat,
  type Padding,
  paddings,
  spatialShape,
  windowCounts,
} from './spatial.ts';

/** Options of pooling over windows. */
export interface PoolingOptions<R extends SpatialRank> extends LayerOptions {
  /** Steps of the window; its size unless told. */
  readonly strides?: PerAxis<R> | null;
  /** `valid` unless told. */
  readonly padding?: Padding;
  /** Where the channels stand; `channelsLast` unless told. */
  readonly dataFormat?: DataFormat;
}

/** Options of pooling over windows of images. */
export type Pooling2dOptions = PoolingOptions<2>;

interface OpOptions {
  readonly poolSize: number[];
  readonly strides: number[];
  readonly padding: Padding;
}
type Pool = (x: Tensor, options: OpOptions, dataFormat: DataFormat) => Tensor;

/** The ops by what they take of each window, and by spatial axes. */
const pools: Readonly<Record<'max' | 'average', Readonly<Record<SpatialRank, Pool>>>> = {
  max: {
    1: (x, options, format) => maxPool1d(x, { ...options, dataFormat: opFormat(1, format) }),
    2: (x, options, format) => maxPool(x, { ...options, dataFormat: opFormat(2, format) }),
    3: (x, options, format) => maxPool3d(x, { ...options, dataFormat: opFormat(3, format) }),
  },
  average: {
    1: (x, options, format) => avgPool1d(x, { ...options, dataFormat: opFormat(1, format) }),
    2: (x, options, format) => avgPool(x, { ...options, dataFormat: opFormat(2, format) }),
    3: (x, options, format) => avgPool3d(x, { ...options, dataFormat: opFormat(3, format) }),
  },
};

function pooling<R extends SpatialRank>(
  taken: 'max' | 'average',
  rank: R,
  size: PerAxis<R>,
  options: PoolingOptions<R>,
): Layer {
  const kind = `${taken}Pooling${rank}d`;
  const poolSize = perAxis(kind, 'poolSize', size, rank);
  const strides = perAxis(kind, 'strides', options.strides ?? poolSize, rank);
  const padding = oneOf(kind, 'padding', options.padding ?? 'valid', paddings);
  const dataFormat = oneOf(kind, 'dataFormat', options.dataFormat ?? 'channelsLast', dataFormats);
  return defineLayer({
    kind,
    options,
    config: { poolSize, strides, padding, dataFormat },
    outputShape: (inputShape, fail) => {
      const { sizes, channels } = spatialShape(inputShape, rank, dataFormat, fail);
      return joinShape(windowCounts(sizes, { size: poolSize, strides, padding }, fail), channels, dataFormat);
    },
    apply: (_, x) => pools[taken][rank](x, { poolSize, strides, padding }, dataFormat),
  });
}

/**
 * The maximum of each window and channel of sequences `[length, channels]`.
 *
 * @throws `E_LAYER` for bad options, or an input that is no sequence or smaller than the window with padding `valid`
 * @example
 * ```ts
 * import { maxPooling1d } from '@deft/nn';
 * console.log(maxPooling1d(2).outputShape([10, 4])); // [5, 4]
 * ```
 */
export function maxPooling1d(poolSize: PerAxis<1> = 2, options: PoolingOptions<1> = {}): Layer {
  return pooling('max', 1, poolSize, options);
}

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
export function maxPooling2d(poolSize: PerAxis<2> = 2, options: PoolingOptions<2> = {}): Layer {
  return pooling('max', 2, poolSize, options);
}

/**
 * The maximum of each window and channel of volumes `[depth, height, width, channels]`.
 *
 * @throws `E_LAYER` for bad options, or an input that is no volume or smaller than the window with padding `valid`
 * @example
 * ```ts
 * import { maxPooling3d } from '@deft/nn';
 * console.log(maxPooling3d(2).outputShape([8, 8, 8, 2])); // [4, 4, 4, 2]
 * ```
 */
export function maxPooling3d(poolSize: PerAxis<3> = 2, options: PoolingOptions<3> = {}): Layer {
  return pooling('max', 3, poolSize, options);
}

/**
 * The mean of each window and channel of sequences `[length, channels]`; what padding adds does not count.
 *
 * @throws `E_LAYER` for bad options, or an input that is no sequence or smaller than the window with padding `valid`
 * @example
 * ```ts
 * import { averagePooling1d } from '@deft/nn';
 * console.log(averagePooling1d(2).outputShape([10, 4])); // [5, 4]
 * ```
 */
export function averagePooling1d(poolSize: PerAxis<1> = 2, options: PoolingOptions<1> = {}): Layer {
  return pooling('average', 1, poolSize, options);
}

/**
 * The mean of each window and channel of images `[height, width, channels]`; what padding adds does not count.
 *
 * @throws `E_LAYER` for bad options, or an input that is no image or smaller than the window with padding `valid`
 * @example
 * ```ts
 * import { averagePooling2d } from '@deft/nn';
 * console.log(averagePooling2d(2).outputShape([26, 26, 32])); // [13, 13, 32]
 * ```
 */
export function averagePooling2d(poolSize: PerAxis<2> = 2, options: PoolingOptions<2> = {}): Layer {
  return pooling('average', 2, poolSize, options);
}

/**
 * The mean of each window and channel of volumes `[depth, height, width, channels]`; what padding adds does not count.
 *
 * @throws `E_LAYER` for bad options, or an input that is no volume or smaller than the window with padding `valid`
 * @example
 * ```ts
 * import { averagePooling3d } from '@deft/nn';
 * console.log(averagePooling3d(2).outputShape([8, 8, 8, 2])); // [4, 4, 4, 2]
 * ```
 */
export function averagePooling3d(poolSize: PerAxis<3> = 2, options: PoolingOptions<3> = {}): Layer {
  return pooling('average', 3, poolSize, options);
}
