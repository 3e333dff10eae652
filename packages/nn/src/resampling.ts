/** Layers that put elements around an example, cut them off, or repeat them: zero padding, cropping, upsampling. */
import type { Tensor } from '@deft/core';
import { pad, repeat, resize, slice, transpose } from '@deft/tensor';
import { defineLayer } from './define-layer.ts';
import type { Layer, LayerOptions } from './layer.ts';
import { oneOf, type PerAxis, perAxis, type Sides, type SpatialRank, sidesPerAxis } from './options.ts';
import { batchAxes, type DataFormat, dataFormats, joinShape, spatialShape } from './spatial.ts';

/** Options of zero padding, cropping and upsampling. */
export interface ResamplingOptions extends LayerOptions {
  /** Where the channels stand; `channelsLast` unless told. */
  readonly dataFormat?: DataFormat;
}

/** Options of `upSampling2d`. */
export interface UpSampling2dOptions extends ResamplingOptions {
  /** How new elements come from old ones; `nearest`, which repeats them, unless told. */
  readonly interpolation?: 'nearest' | 'bilinear' | 'bicubic' | 'lanczos3' | 'lanczos5';
}

/** One number for all sides, one for each axis, or a pair (before, after) for each. */
export type SidesPerAxis<R extends SpatialRank> = R extends 1 ? number | Sides : PerAxis<R, number> | PerAxis<R, Sides>;

/** What tells zero padding from cropping. */
interface SidesRule {
  readonly kind: string;
  readonly option: 'padding' | 'cropping';
  readonly sign: 1 | -1;
}

function around(rule: SidesRule, rank: SpatialRank, given: unknown, options: ResamplingOptions): Layer {
  const { kind, option, sign } = rule;
  const sides = sidesPerAxis(kind, option, given, rank);
  const dataFormat = oneOf(kind, 'dataFormat', options.dataFormat ?? 'channelsLast', dataFormats);
  const axes = batchAxes(rank, dataFormat);
  const ofBatch = (count: number): Sides[] =>
    Array.from({ length: count }, (_, axis) => sides[axes.indexOf(axis)] ?? [0, 0]);
  return defineLayer({
    kind,
    options,
    config: { [option]: sides, dataFormat },
    outputShape: (inputShape, fail) => {
      const { sizes, channels } = spatialShape(inputShape, rank, dataFormat, fail);
      const left = sizes.map((size, axis) => {
        const [before, after] = sides[axis] as Sides;
        return size + sign * (before + after);
      });
      if (left.some((size) => size < 1)) {
        const lost = sides.map((pair) => pair[0] + pair[1]);
        fail({ expected: `more than ${lost.join(', ')} elements along the axes`, found: sizes.join(', ') });
      }
      return joinShape(left, channels, dataFormat);
    },
    apply: (_, x): Tensor => {
      const all = ofBatch(x.rank);
      if (sign === 1) return pad(x, all) as Tensor;
      const begin = all.map(([before]) => before);
      return slice(
        x,
        begin,
        x.shape.map((size, axis) => size - (all[axis] as Sides)[0] - (all[axis] as Sides)[1]),
      ) as Tensor;
    },
  });
}

const zeroPadding = (rank: SpatialRank, given: unknown, options: ResamplingOptions): Layer =>
  around({ kind: `zeroPadding${rank}d`, option: 'padding', sign: 1 }, rank, given, options);

const crop = (rank: SpatialRank, given: unknown, options: ResamplingOptions): Layer =>
  around({ kind: `cropping${rank}d`, option: 'cropping', sign: -1 }, rank, given, options);

const interpolations = ['nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'] as const;

function upSampling(rank: SpatialRank, given: unknown, options: UpSampling2dOptions): Layer {
  const kind = `upSampling${rank}d`;
  const size = perAxis(kind, 'size', given, rank);
  const dataFormat = oneOf(kind, 'dataFormat', options.dataFormat ?? 'channelsLast', dataFormats);
  const interpolation = oneOf(kind, 'interpolation', options.interpolation ?? 'nearest', interpolations);
  const axes = batchAxes(rank, dataFormat);
  return defineLayer({
    kind,
    options,
    config: { size, dataFormat, ...(rank === 2 && { interpolation }) },
    outputShape: (inputShape, fail) => {
      const { sizes, channels } = spatialShape(inputShape, rank, dataFormat, fail);
      return joinShape(
        sizes.map((count, axis) => count * (size[axis] as number)),
        channels,
        dataFormat,
      );
    },
    apply: (_, x): Tensor => {
      if (rank !== 2 || interpolation === 'nearest') {
        return axes.reduce(
          (grown: Tensor, axis, i) => (size[i] === 1 ? grown : (repeat(grown, size[i] as number, axis) as Tensor)),
          x,
        );
      }
      const last = dataFormat === 'channelsLast' ? x : (transpose(x, [0, 2, 3, 1]) as Tensor);
      const [, height, width] = last.shape as [number, number, number];
      const grown = resize(last, [height * (size[0] as number), width * (size[1] as number)], {
        interpolation,
        antialias: false,
      }) as Tensor;
      return dataFormat === 'channelsLast' ? grown : (transpose(grown, [0, 3, 1, 2]) as Tensor);
    },
  });
}

/**
 * Puts zeros around sequences `[length, channels]`.
 *
 * @throws `E_LAYER` for bad options or an input that is no sequence
 * @example
 * ```ts
 * import { zeroPadding1d } from '@deft/nn';
 * console.log(zeroPadding1d(1).outputShape([3, 5])); // [5, 5]
 * ```
 */
export function zeroPadding1d(padding: SidesPerAxis<1> = 1, options: ResamplingOptions = {}): Layer {
  return zeroPadding(1, padding, options);
}

/**
 * Puts zeros around images `[height, width, channels]`.
 *
 * @throws `E_LAYER` for bad options or an input that is no image
 * @example
 * ```ts
 * import { zeroPadding2d } from '@deft/nn';
 * console.log(zeroPadding2d(1).outputShape([3, 5, 2])); // [5, 7, 2]
 * ```
 */
export function zeroPadding2d(padding: SidesPerAxis<2> = 1, options: ResamplingOptions = {}): Layer {
  return zeroPadding(2, padding, options);
}

/**
 * Puts zeros around volumes `[depth, height, width, channels]`.
 *
 * @throws `E_LAYER` for bad options or an input that is no volume
 * @example
 * ```ts
 * import { zeroPadding3d } from '@deft/nn';
 * console.log(zeroPadding3d(1).outputShape([3, 5, 2, 2])); // [5, 7, 4, 2]
 * ```
 */
export function zeroPadding3d(padding: SidesPerAxis<3> = 1, options: ResamplingOptions = {}): Layer {
  return zeroPadding(3, padding, options);
}

/**
 * Cuts elements off the sides of sequences `[length, channels]`.
 *
 * @throws `E_LAYER` for bad options, or an input that is no sequence or of which nothing is left
 * @example
 * ```ts
 * import { cropping1d } from '@deft/nn';
 * console.log(cropping1d(1).outputShape([6, 4])); // [4, 4]
 * ```
 */
export function cropping1d(cropping: SidesPerAxis<1> = 1, options: ResamplingOptions = {}): Layer {
  return crop(1, cropping, options);
}

/**
 * Cuts elements off the sides of images `[height, width, channels]`.
 *
 * @throws `E_LAYER` for bad options, or an input that is no image or of which nothing is left
 * @example
 * ```ts
 * import { cropping2d } from '@deft/nn';
 * console.log(cropping2d(1).outputShape([3, 5, 4])); // [1, 3, 4]
 * ```
 */
export function cropping2d(cropping: SidesPerAxis<2> = 1, options: ResamplingOptions = {}): Layer {
  return crop(2, cropping, options);
}

/**
 * Cuts elements off the sides of volumes `[depth, height, width, channels]`.
 *
 * @throws `E_LAYER` for bad options, or an input that is no volume or of which nothing is left
 * @example
 * ```ts
 * import { cropping3d } from '@deft/nn';
 * console.log(cropping3d(1).outputShape([3, 5, 3, 3])); // [1, 3, 1, 3]
 * ```
 */
export function cropping3d(cropping: SidesPerAxis<3> = 1, options: ResamplingOptions = {}): Layer {
  return crop(3, cropping, options);
}

/**
 * Makes sequences `[length, channels]` `size` times as large: repeats their elements.
 *
 * @throws `E_LAYER` for bad options or an input that is no sequence
 * @example
 * ```ts
 * import { upSampling1d } from '@deft/nn';
 * console.log(upSampling1d(2).outputShape([3, 5])); // [6, 5]
 * ```
 */
export function upSampling1d(size: PerAxis<1> = 2, options: ResamplingOptions = {}): Layer {
  return upSampling(1, size, options);
}

/**
 * Makes images `[height, width, channels]` `size` times as large: repeats their elements or interpolates between them.
 *
 * @throws `E_LAYER` for bad options or an input that is no image
 * @example
 * ```ts
 * import { upSampling2d } from '@deft/nn';
 * console.log(upSampling2d(2).outputShape([3, 3, 3])); // [6, 6, 3]
 * ```
 */
export function upSampling2d(size: PerAxis<2> = 2, options: UpSampling2dOptions = {}): Layer {
  return upSampling(2, size, options);
}

/**
 * Makes volumes `[depth, height, width, channels]` `size` times as large: repeats their elements.
 *
 * @throws `E_LAYER` for bad options or an input that is no volume
 * @example
 * ```ts
 * import { upSampling3d } from '@deft/nn';
 * console.log(upSampling3d(2).outputShape([2, 2, 2, 3])); // [4, 4, 4, 3]
 * ```
 */
export function upSampling3d(size: PerAxis<3> = 2, options: ResamplingOptions = {}): Layer {
  return upSampling(3, size, options);
}
