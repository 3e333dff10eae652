/** Pooling over all of an example's spatial axes, or over as many windows as told. */
import type { Tensor } from '@deft/core';
import {
  adaptiveAveragePool,
  adaptiveMaxPool,
  cast,
  divNoNan,
  expandDims,
  max,
  mean,
  mul,
  sum,
  where,
} from '@deft/tensor';
import { defineLayer } from './define-layer.ts';
import type { Layer, LayerOptions } from './layer.ts';
import { flag, oneOf, type PerAxis, perAxis, type SpatialRank } from './options.ts';
import { batchAxes, type DataFormat, dataFormats, joinShape, opFormat, spatialShape } from './spatial.ts';

/** Options of pooling over all spatial axes. */
export interface GlobalPoolingOptions extends LayerOptions {
  /** Whether the spatial axes stay with size 1; false unless told. */
  readonly keepDims?: boolean;
  /** Where the channels stand; `channelsLast` unless told. */
  readonly dataFormat?: DataFormat;
}

/** Options of pooling over as many windows as told. */
export interface AdaptivePoolingOptions extends LayerOptions {
  /** Where the channels stand; `channelsLast` unless told. */
  readonly dataFormat?: DataFormat;
}

function globalPooling(taken: 'Max' | 'Average', rank: SpatialRank, options: GlobalPoolingOptions): Layer {
  const kind = `global${taken}Pooling${rank}d`;
  const keepDims = flag(kind, 'keepDims', options.keepDims ?? false);
  const dataFormat = oneOf(kind, 'dataFormat', options.dataFormat ?? 'channelsLast', dataFormats);
  const axis = batchAxes(rank, dataFormat);
  return defineLayer({
    kind,
    options,
    config: { keepDims, dataFormat },
    outputShape: (inputShape, fail) => {
      const { channels } = spatialShape(inputShape, rank, dataFormat, fail);
      return keepDims ? joinShape(new Array<number>(rank).fill(1), channels, dataFormat) : [channels];
    },
    // Sequences have steps that may not count.
    ...(rank === 1 && { mask: 'ends' as const }),
    apply: (_, x, context): Tensor => {
      const mask = rank === 1 ? (context.mask as Tensor | undefined) : undefined;
      if (mask === undefined) return taken === 'Max' ? max(x, { axis, keepDims }) : mean(x, { axis, keepDims });
      const spread = expandDims(mask, dataFormat === 'channelsLast' ? 2 : 1) as Tensor;
      if (taken === 'Max') return max(where(spread, x, -Infinity) as Tensor, { axis, keepDims });
      const counted = cast(spread, x.dtype) as Tensor;
      return divNoNan(sum(mul(x, counted), { axis, keepDims }), sum(counted, { axis, keepDims })) as Tensor;
    },
  });
}

function adaptivePooling<R extends SpatialRank>(
  taken: 'Max' | 'Average',
  rank: R,
  size: PerAxis<R>,
  options: AdaptivePoolingOptions,
): Layer {
  const kind = `adaptive${taken}Pooling${rank}d`;
  const outputSize = perAxis(kind, 'outputSize', size, rank);
  const dataFormat = oneOf(kind, 'dataFormat', options.dataFormat ?? 'channelsLast', dataFormats);
  return defineLayer({
    kind,
    options,
    config: { outputSize, dataFormat },
    outputShape: (inputShape, fail) =>
      joinShape(outputSize, spatialShape(inputShape, rank, dataFormat, fail).channels, dataFormat),
    apply: (_, x): Tensor => {
      const pool = taken === 'Max' ? adaptiveMaxPool : adaptiveAveragePool;
      return pool(x, outputSize, { dataFormat: opFormat(rank as SpatialRank, dataFormat) });
    },
  });
}

/**
 * The mean of each channel of sequences: `[length, channels]` becomes `[channels]`.
 *
 * @throws `E_LAYER` for bad options or an input that is no sequence
 * @example
 * ```ts
 * import { globalAveragePooling1d } from '@deft/nn';
 * console.log(globalAveragePooling1d().outputShape([10, 4])); // [4]
 * ```
 */
export function globalAveragePooling1d(options: GlobalPoolingOptions = {}): Layer {
  return globalPooling('Average', 1, options);
}

/**
 * The mean of each channel of images: `[height, width, channels]` becomes `[channels]`.
 *
 * @throws `E_LAYER` for bad options or an input that is no image
 * @example
 * ```ts
 * import { globalAveragePooling2d } from '@deft/nn';
 * console.log(globalAveragePooling2d().outputShape([7, 7, 64])); // [64]
 * ```
 */
export function globalAveragePooling2d(options: GlobalPoolingOptions = {}): Layer {
  return globalPooling('Average', 2, options);
}

/**
 * The mean of each channel of volumes: `[depth, height, width, channels]` becomes `[channels]`.
 *
 * @throws `E_LAYER` for bad options or an input that is no volume
 * @example
 * ```ts
 * import { globalAveragePooling3d } from '@deft/nn';
 * console.log(globalAveragePooling3d().outputShape([4, 4, 4, 8])); // [8]
 * ```
 */
export function globalAveragePooling3d(options: GlobalPoolingOptions = {}): Layer {
  return globalPooling('Average', 3, options);
}

/**
 * The maximum of each channel of sequences: `[length, channels]` becomes `[channels]`.
 *
 * @throws `E_LAYER` for bad options or an input that is no sequence
 * @example
 * ```ts
 * import { globalMaxPooling1d } from '@deft/nn';
 * console.log(globalMaxPooling1d().outputShape([10, 4])); // [4]
 * ```
 */
export function globalMaxPooling1d(options: GlobalPoolingOptions = {}): Layer {
  return globalPooling('Max', 1, options);
}

/**
 * The maximum of each channel of images: `[height, width, channels]` becomes `[channels]`.
 *
 * @throws `E_LAYER` for bad options or an input that is no image
 * @example
 * ```ts
 * import { globalMaxPooling2d } from '@deft/nn';
 * console.log(globalMaxPooling2d().outputShape([7, 7, 64])); // [64]
 * ```
 */
export function globalMaxPooling2d(options: GlobalPoolingOptions = {}): Layer {
  return globalPooling('Max', 2, options);
}

/**
 * The maximum of each channel of volumes: `[depth, height, width, channels]` becomes `[channels]`.
 *
 * @throws `E_LAYER` for bad options or an input that is no volume
 * @example
 * ```ts
 * import { globalMaxPooling3d } from '@deft/nn';
 * console.log(globalMaxPooling3d().outputShape([4, 4, 4, 8])); // [8]
 * ```
 */
export function globalMaxPooling3d(options: GlobalPoolingOptions = {}): Layer {
  return globalPooling('Max', 3, options);
}

/**
 * The mean over `outputSize` windows along each spatial axis of sequences `[length, channels]`, whatever their size.
 *
 * @throws `E_LAYER` for bad options or an input that is no sequence
 * @example
 * ```ts
 * import { adaptiveAveragePooling1d } from '@deft/nn';
 * console.log(adaptiveAveragePooling1d(2).outputShape([10, 4])); // [2, 4]
 * ```
 */
export function adaptiveAveragePooling1d(outputSize: PerAxis<1>, options: AdaptivePoolingOptions = {}): Layer {
  return adaptivePooling('Average', 1, outputSize, options);
}

/**
 * The mean over `outputSize` windows along each spatial axis of images `[height, width, channels]`, whatever their size.
 *
 * @throws `E_LAYER` for bad options or an input that is no image
 * @example
 * ```ts
 * import { adaptiveAveragePooling2d } from '@deft/nn';
 * console.log(adaptiveAveragePooling2d(2).outputShape([7, 9, 64])); // [2, 2, 64]
 * ```
 */
export function adaptiveAveragePooling2d(outputSize: PerAxis<2>, options: AdaptivePoolingOptions = {}): Layer {
  return adaptivePooling('Average', 2, outputSize, options);
}

/**
 * The mean over `outputSize` windows along each spatial axis of volumes `[depth, height, width, channels]`, whatever their size.
 *
 * @throws `E_LAYER` for bad options or an input that is no volume
 * @example
 * ```ts
 * import { adaptiveAveragePooling3d } from '@deft/nn';
 * console.log(adaptiveAveragePooling3d(2).outputShape([5, 4, 4, 8])); // [2, 2, 2, 8]
 * ```
 */
export function adaptiveAveragePooling3d(outputSize: PerAxis<3>, options: AdaptivePoolingOptions = {}): Layer {
  return adaptivePooling('Average', 3, outputSize, options);
}

/**
 * The maximum over `outputSize` windows along each spatial axis of sequences `[length, channels]`, whatever their size.
 *
 * @throws `E_LAYER` for bad options or an input that is no sequence
 * @example
 * ```ts
 * import { adaptiveMaxPooling1d } from '@deft/nn';
 * console.log(adaptiveMaxPooling1d(2).outputShape([10, 4])); // [2, 4]
 * ```
 */
export function adaptiveMaxPooling1d(outputSize: PerAxis<1>, options: AdaptivePoolingOptions = {}): Layer {
  return adaptivePooling('Max', 1, outputSize, options);
}

/**
 * The maximum over `outputSize` windows along each spatial axis of images `[height, width, channels]`, whatever their size.
 *
 * @throws `E_LAYER` for bad options or an input that is no image
 * @example
 * ```ts
 * import { adaptiveMaxPooling2d } from '@deft/nn';
 * console.log(adaptiveMaxPooling2d(2).outputShape([7, 9, 64])); // [2, 2, 64]
 * ```
 */
export function adaptiveMaxPooling2d(outputSize: PerAxis<2>, options: AdaptivePoolingOptions = {}): Layer {
  return adaptivePooling('Max', 2, outputSize, options);
}

/**
 * The maximum over `outputSize` windows along each spatial axis of volumes `[depth, height, width, channels]`, whatever their size.
 *
 * @throws `E_LAYER` for bad options or an input that is no volume
 * @example
 * ```ts
 * import { adaptiveMaxPooling3d } from '@deft/nn';
 * console.log(adaptiveMaxPooling3d(2).outputShape([5, 4, 4, 8])); // [2, 2, 2, 8]
 * ```
 */
export function adaptiveMaxPooling3d(outputSize: PerAxis<3>, options: AdaptivePoolingOptions = {}): Layer {
  return adaptivePooling('Max', 3, outputSize, options);
}
