/** Convolutions of sequences, images and volumes (cross-correlations, as in Keras): `conv1d`, `conv2d`, `conv3d`. */
import type { Tensor } from '@deft/core';
import { add, conv1d as convolve1d, conv2d as convolve2d, conv3d as convolve3d, reshape } from '@deft/tensor';
import { type ActivationName, activate, checkActivation } from './activations.ts';
import { defineLayer, type WeightDeclaration } from './define-layer.ts';
import type { Layer, LayerOptions } from './layer.ts';
import type { Fail } from './layer-errors.ts';
import { flag, oneOf, type PerAxis, perAxis, type SpatialRank, wholeNumber } from './options.ts';
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
import { type CheckedWeights, checkWeightOptions, type WeightOptions } from './weight-options.ts';

/** Options that all convolutions share. The bias begins as `zeros` unless told. */
export interface WindowOptions<R extends SpatialRank> extends LayerOptions, WeightOptions<'bias'> {
  /** Steps of the window; 1 unless told. */
  readonly strides?: PerAxis<R>;
  /** `valid` unless told. Of sequences also `causal`: no element sees later ones. */
  readonly padding?: R extends 1 ? Padding | 'causal' : Padding;
  /** Where the channels stand; `channelsLast` unless told. */
  readonly dataFormat?: DataFormat;
  /** Spacing of the filter's taps; 1 unless told. */
  readonly dilationRate?: PerAxis<R>;
  readonly activation?: ActivationName;
  /** Whether a bias is added; true unless told. */
  readonly useBias?: boolean;
}

/** Options of `conv1d`, `conv2d` and `conv3d`. The kernel begins as `glorotUniform` unless told. */
export interface ConvolutionOptions<R extends SpatialRank> extends WindowOptions<R>, WeightOptions<'kernel'> {
  /** Into how many groups the channels are cut, each with filters of its own; 1 unless told. */
  readonly groups?: number;
}

/** Options of `conv2d`. */
export type Conv2dOptions = ConvolutionOptions<2>;

const causalToo: readonly (Padding | 'causal')[] = [...paddings, 'causal'];

/** Checks the options that all convolutions share. */
export function checkWindow<R extends SpatialRank>(
  kind: string,
  rank: R,
  kernelSize: unknown,
  options: WindowOptions<R>,
): {
  readonly kernelSize: number[];
  readonly strides: number[];
  readonly padding: Padding | 'causal';
  readonly dataFormat: DataFormat;
  readonly dilationRate: number[];
  readonly activation: ActivationName;
  readonly useBias: boolean;
} {
  return {
    kernelSize: perAxis(kind, 'kernelSize', kernelSize, rank),
    strides: perAxis(kind, 'strides', options.strides ?? 1, rank),
    padding: oneOf(kind, 'padding', options.padding ?? 'valid', rank === 1 ? causalToo : paddings),
    dataFormat: oneOf(kind, 'dataFormat', options.dataFormat ?? 'channelsLast', dataFormats),
    dilationRate: perAxis(kind, 'dilationRate', options.dilationRate ?? 1, rank),
    activation: checkActivation(kind, options.activation ?? 'linear'),
    useBias: flag(kind, 'useBias', options.useBias ?? true),
  };
}

/** Options of a window after their checks. */
export type CheckedWindow = ReturnType<typeof checkWindow>;

/** The bias of a convolution with so many channels, if it has one. */
export function biasOf(own: CheckedWeights<'bias'>, { useBias }: CheckedWindow, channels: number): WeightDeclaration[] {
  return useBias ? [own.declare('bias', [channels])] : [];
}

/** Adds the bias to every channel and applies the activation. */
export function finish(product: Tensor, bias: Tensor | undefined, { dataFormat, activation }: CheckedWindow): Tensor {
  if (bias === undefined) return activate(activation, product);
  const alongChannels =
    dataFormat === 'channelsLast'
      ? bias
      : reshape(bias, [bias.shape[0] as number, ...new Array<number>(product.rank - 2).fill(1)]);
  return activate(activation, add(product, alongChannels));
}

/** The window's counts by the options of a layer. */
export function countsOf(sizes: readonly number[], checked: CheckedWindow, fail: Fail): number[] {
  return windowCounts(sizes, { ...checked, size: checked.kernelSize, dilation: checked.dilationRate }, fail);
}

/** The convolution of so many axes by the options of a layer. */
export function convolve(rank: SpatialRank, x: Tensor, kernel: Tensor, checked: CheckedWindow, groups: number): Tensor {
  const { strides, dilationRate: dilation, dataFormat } = checked;
  const padding = checked.padding as Padding;
  switch (rank) {
    case 1:
      return convolve1d(x, kernel, {
        stride: strides[0] as number,
        dilation: dilation[0] as number,
        padding: checked.padding,
        groups,
        dataFormat: opFormat(1, dataFormat),
      });
    case 2:
      return convolve2d(x, kernel, { strides, padding, dilation, groups, dataFormat: opFormat(2, dataFormat) });
    case 3:
      return convolve3d(x, kernel, { strides, padding, dilation, groups, dataFormat: opFormat(3, dataFormat) });
  }
}

function convolution<R extends SpatialRank>(
  rank: R,
  filters: number,
  kernelSize: PerAxis<R>,
  options: ConvolutionOptions<R>,
): Layer {
  const kind = `conv${rank}d`;
  wholeNumber(kind, 'filters', filters);
  const checked = checkWindow(kind, rank, kernelSize, options);
  const groups = wholeNumber(kind, 'groups', options.groups ?? 1);
  const own = checkWeightOptions(kind, options, { kernel: 'glorotUniform', bias: 'zeros' });
  const { dataFormat } = checked;
  return defineLayer({
    kind,
    options,
    config: { filters, ...checked, groups, ...own.config },
    outputShape: (inputShape, fail) => {
      const { sizes, channels } = spatialShape(inputShape, rank, dataFormat, fail);
      if (channels % groups !== 0 || filters % groups !== 0) {
        fail({
          expected: `channels and filters that ${groups} groups divide`,
          found: `${channels} channels, ${filters} filters`,
        });
      }
      return joinShape(countsOf(sizes, checked, fail), filters, dataFormat);
    },
    weights: (inputShape, fail) => {
      const { channels } = spatialShape(inputShape, rank, dataFormat, fail);
      const shape = [...checked.kernelSize, channels / groups, filters];
      return [own.declare('kernel', shape), ...biasOf(own, checked, filters)];
    },
    apply: ({ kernel, bias }, x) => finish(convolve(rank, x, kernel as Tensor, checked, groups), bias, checked),
  });
}

/**
 * A convolution over sequences `[length, channels]`, with padding `causal` one where no element sees later ones.
 *
 * Weights `kernel` `[kernelLength, channels / groups, filters]` and `bias` `[filters]`.
 *
 * @throws `E_LAYER` for bad options, an input that is no sequence, or one shorter than the filter with padding `valid`
 * @example
 * ```ts
 * import { conv1d } from '@deft/nn';
 * console.log(conv1d(8, 3, { padding: 'causal', dilationRate: 2 }).outputShape([10, 4])); // [10, 8]
 * ```
 */
export function conv1d(filters: number, kernelSize: PerAxis<1>, options: ConvolutionOptions<1> = {}): Layer {
  return convolution(1, filters, kernelSize, options);
}

/**
 * A convolution over images `[height, width, channels]`.
 *
 * Weights `kernel` `[kernelHeight, kernelWidth, channels / groups, filters]` and `bias` `[filters]`.
 *
 * @throws `E_LAYER` for bad options, an input that is no image, or one smaller than the filter with padding `valid`
 * @example
 * ```ts
 * import { conv2d } from '@deft/nn';
 * console.log(conv2d(32, 3).outputShape([28, 28, 1])); // [26, 26, 32]
 * ```
 */
export function conv2d(filters: number, kernelSize: PerAxis<2>, options: ConvolutionOptions<2> = {}): Layer {
  return convolution(2, filters, kernelSize, options);
}

/**
 * A convolution over volumes `[depth, height, width, channels]`.
 *
 * Weights `kernel` `[kernelDepth, kernelHeight, kernelWidth, channels / groups, filters]` and `bias` `[filters]`.
 *
 * @throws `E_LAYER` for bad options, an input that is no volume, or one smaller than the filter with padding `valid`
 * @example
 * ```ts
 * import { conv3d } from '@deft/nn';
 * console.log(conv3d(4, 3, { padding: 'same' }).outputShape([8, 8, 8, 1])); // [8, 8, 8, 4]
 * ```
 */
export function conv3d(filters: number, kernelSize: PerAxis<3>, options: ConvolutionOptions<3> = {}): Layer {
  return convolution(3, filters, kernelSize, options);
}
