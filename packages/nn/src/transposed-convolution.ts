/** Transposed convolutions, which enlarge: `conv1dTranspose`, `conv2dTranspose`, `conv3dTranspose`. */
import type { Tensor } from '@deft/core';
import {
  conv1dTranspose as transpose1d,
  conv2dTranspose as transpose2d,
  conv3dTranspose as transpose3d,
} from '@deft/tensor';
import { biasOf, checkWindow, finish, type WindowOptions } from './convolution.ts';
import { defineLayer } from './define-layer.ts';
import type { Layer } from './layer.ts';
import { type PerAxis, perAxis, reject, type SpatialRank, wholeNumber } from './options.ts';
import { joinShape, opFormat, type Padding, spatialShape } from './spatial.ts';
import { checkWeightOptions, type WeightOptions } from './weight-options.ts';

/** Options of transposed convolutions. The kernel begins as `glorotUniform` unless told. */
export interface TransposedConvolutionOptions<R extends SpatialRank>
  extends Omit<WindowOptions<R>, 'padding'>,
    WeightOptions<'kernel'> {
  /** `valid` unless told. */
  readonly padding?: Padding;
  /** Elements more at the end of each axis, fewer than the stride; what makes the usual size unless told. */
  readonly outputPadding?: PerAxis<R> | null;
}

function transposed<R extends SpatialRank>(
  rank: R,
  filters: number,
  kernelSize: PerAxis<R>,
  options: TransposedConvolutionOptions<R>,
): Layer {
  const kind = `conv${rank}dTranspose`;
  wholeNumber(kind, 'filters', filters);
  if ((options.padding as unknown) === 'causal') reject(kind, 'padding', 'valid, same', options.padding);
  const checked = checkWindow(kind, rank, kernelSize, options as WindowOptions<R>);
  const { kernelSize: size, strides, dilationRate, dataFormat } = checked;
  const padding = checked.padding as Padding;
  const given = options.outputPadding ?? null;
  const outputPadding = given === null ? null : perAxis(kind, 'outputPadding', given, rank, 0);
  if (outputPadding?.some((more, axis) => more >= (strides[axis] as number))) {
    reject(kind, 'outputPadding', `less than the strides ${strides.join(', ')}`, given);
  }
  const own = checkWeightOptions(kind, options, { kernel: 'glorotUniform', bias: 'zeros' });
  return defineLayer({
    kind,
    options,
    config: { filters, ...checked, outputPadding, ...own.config },
    outputShape: (inputShape, fail) => {
      const { sizes } = spatialShape(inputShape, rank, dataFormat, fail);
      const lengths = sizes.map((count, axis) => {
        const stride = strides[axis] as number;
        const cover = ((size[axis] as number) - 1) * (dilationRate[axis] as number) + 1;
        if (outputPadding === null) return count * stride + (padding === 'valid' ? Math.max(cover - stride, 0) : 0);
        const cut = padding === 'valid' ? 0 : 2 * Math.floor(cover / 2);
        return (count - 1) * stride + cover - cut + (outputPadding[axis] as number);
      });
      return joinShape(lengths, filters, dataFormat);
    },
    weights: (inputShape, fail) => {
      const { channels } = spatialShape(inputShape, rank, dataFormat, fail);
      const shape = [...size, filters, channels];
      return [own.declare('kernel', shape), ...biasOf(own, checked, filters)];
    },
    apply: (weights, x) => {
      const kernel = weights['kernel'] as Tensor;
      const shared = {
        strides,
        padding,
        dilation: dilationRate,
        ...(outputPadding !== null && { outputPadding }),
      };
      const spread: Tensor =
        rank === 1
          ? transpose1d(x, kernel, { ...shared, dataFormat: opFormat(1, dataFormat) })
          : rank === 2
            ? transpose2d(x, kernel, { ...shared, dataFormat: opFormat(2, dataFormat) })
            : transpose3d(x, kernel, { ...shared, dataFormat: opFormat(3, dataFormat) });
      return finish(spread, weights['bias'], checked);
    },
  });
}

/**
 * A transposed convolution over sequences `[length, channels]`: with padding `same` they become `strides` times as long.
 *
 * Weights `kernel` `[kernelLength, filters, channels]` and `bias` `[filters]`.
 *
 * @throws `E_LAYER` for bad options or an input that is no sequence
 * @example
 * ```ts
 * import { conv1dTranspose } from '@deft/nn';
 * console.log(conv1dTranspose(4, 3, { strides: 2, padding: 'same' }).outputShape([5, 8])); // [10, 4]
 * ```
 */
export function conv1dTranspose(
  filters: number,
  kernelSize: PerAxis<1>,
  options: TransposedConvolutionOptions<1> = {},
): Layer {
  return transposed(1, filters, kernelSize, options);
}

/**
 * A transposed convolution over images `[height, width, channels]`: with padding `same` they become `strides` times as large.
 *
 * Weights `kernel` `[kernelHeight, kernelWidth, filters, channels]` and `bias` `[filters]`.
 *
 * @throws `E_LAYER` for bad options or an input that is no image
 * @example
 * ```ts
 * import { conv2dTranspose } from '@deft/nn';
 * console.log(conv2dTranspose(4, 3, { strides: 2, padding: 'same' }).outputShape([7, 7, 8])); // [14, 14, 4]
 * ```
 */
export function conv2dTranspose(
  filters: number,
  kernelSize: PerAxis<2>,
  options: TransposedConvolutionOptions<2> = {},
): Layer {
  return transposed(2, filters, kernelSize, options);
}

/**
 * A transposed convolution over volumes `[depth, height, width, channels]`: with padding `same` they become `strides` times
 * as large.
 *
 * Weights `kernel` `[kernelDepth, kernelHeight, kernelWidth, filters, channels]` and `bias` `[filters]`.
 *
 * @throws `E_LAYER` for bad options or an input that is no volume
 * @example
 * ```ts
 * import { conv3dTranspose } from '@deft/nn';
 * console.log(conv3dTranspose(2, 2, { strides: 2 }).outputShape([4, 4, 4, 1])); // [8, 8, 8, 2]
 * ```
 */
export function conv3dTranspose(
  filters: number,
  kernelSize: PerAxis<3>,
  options: TransposedConvolutionOptions<3> = {},
): Layer {
  return transposed(3, filters, kernelSize, options);
}
