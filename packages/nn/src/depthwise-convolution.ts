/**
 * Convolutions of every channel by itself: depthwise, and separable (depthwise, then a convolution of size 1 over the
 * channels).
 */
import type { Tensor } from '@deft/core';
import { conv2d, depthwiseConv2d as depthwise2d, pad, reshape } from '@deft/tensor';
import { biasOf, type CheckedWindow, checkWindow, countsOf, finish, type WindowOptions } from './convolution.ts';
import { defineLayer } from './define-layer.ts';
import type { Layer } from './layer.ts';
import { type PerAxis, wholeNumber } from './options.ts';
import { joinShape, type Padding, spatialShape } from './spatial.ts';
import { checkWeightOptions, type WeightOptions } from './weight-options.ts';

/** Options of depthwise convolutions. The kernel begins as `glorotUniform` unless told. */
export interface DepthwiseConvolutionOptions<R extends 1 | 2> extends WindowOptions<R>, WeightOptions<'depthwise'> {
  /** Filters for each channel; 1 unless told. */
  readonly depthMultiplier?: number;
}

/** Options of separable convolutions. Both kernels begin as `glorotUniform` unless told. */
export interface SeparableConvolutionOptions<R extends 1 | 2>
  extends DepthwiseConvolutionOptions<R>,
    WeightOptions<'pointwise'> {}

/** Sequences as images of height 1, and back. */
const asImages = (x: Tensor, axis: number): Tensor =>
  reshape(x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)]) as Tensor;
const asSequences = (x: Tensor, axis: number): Tensor =>
  reshape(x, [...x.shape.slice(0, axis), ...x.shape.slice(axis + 1)]) as Tensor;

/** The depthwise convolution, and a pointwise one after it if its filters are given. */
function convolveDepthwise(
  rank: 1 | 2,
  x: Tensor,
  depthwise: Tensor,
  pointwise: Tensor | undefined,
  checked: CheckedWindow,
): Tensor {
  const { strides, padding, dilationRate: dilation, dataFormat } = checked;
  const format = dataFormat === 'channelsLast' ? 'NHWC' : 'NCHW';
  const height = dataFormat === 'channelsLast' ? 1 : 2;
  const flat = rank === 1;
  const before = ((checked.kernelSize[0] as number) - 1) * (dilation[0] as number);
  const sides = x.shape.map((_, axis): [number, number] => [padding === 'causal' && axis === height ? before : 0, 0]);
  const whole = padding === 'causal' ? (pad(x, sides) as Tensor) : x;
  const images = depthwise2d(flat ? asImages(whole, height) : whole, flat ? asImages(depthwise, 0) : depthwise, {
    strides: flat ? [1, strides[0] as number] : strides,
    dilation: flat ? [1, dilation[0] as number] : dilation,
    padding: padding === 'causal' ? 'valid' : (padding as Padding),
    dataFormat: format,
  }) as Tensor;
  const mixed =
    pointwise === undefined
      ? images
      : (conv2d(images, flat ? asImages(pointwise, 0) : pointwise, { dataFormat: format }) as Tensor);
  return flat ? asSequences(mixed, height) : mixed;
}

function depthwiseConvolution<R extends 1 | 2>(
  rank: R,
  kernelSize: PerAxis<R>,
  options: DepthwiseConvolutionOptions<R>,
): Layer {
  const kind = `depthwiseConv${rank}d`;
  const checked = checkWindow(kind, rank, kernelSize, options);
  const depthMultiplier = wholeNumber(kind, 'depthMultiplier', options.depthMultiplier ?? 1);
  const own = checkWeightOptions(kind, options, { depthwise: 'glorotUniform', bias: 'zeros' });
  const { dataFormat } = checked;
  return defineLayer({
    kind,
    options,
    config: { ...checked, depthMultiplier, ...own.config },
    outputShape: (inputShape, fail) => {
      const { sizes, channels } = spatialShape(inputShape, rank, dataFormat, fail);
      return joinShape(countsOf(sizes, checked, fail), channels * depthMultiplier, dataFormat);
    },
    weights: (inputShape, fail) => {
      const { channels } = spatialShape(inputShape, rank, dataFormat, fail);
      const shape = [...checked.kernelSize, channels, depthMultiplier];
      return [own.declare('depthwise', shape, 'kernel'), ...biasOf(own, checked, channels * depthMultiplier)];
    },
    apply: ({ kernel, bias }, x) =>
      finish(convolveDepthwise(rank, x, kernel as Tensor, undefined, checked), bias, checked),
  });
}

function separableConvolution<R extends 1 | 2>(
  rank: R,
  filters: number,
  kernelSize: PerAxis<R>,
  options: SeparableConvolutionOptions<R>,
): Layer {
  const kind = `separableConv${rank}d`;
  wholeNumber(kind, 'filters', filters);
  const checked = checkWindow(kind, rank, kernelSize, options);
  const depthMultiplier = wholeNumber(kind, 'depthMultiplier', options.depthMultiplier ?? 1);
  const own = checkWeightOptions(kind, options, {
    depthwise: 'glorotUniform',
    pointwise: 'glorotUniform',
    bias: 'zeros',
  });
  const { dataFormat } = checked;
  return defineLayer({
    kind,
    options,
    config: { filters, ...checked, depthMultiplier, ...own.config },
    outputShape: (inputShape, fail) => {
      const { sizes } = spatialShape(inputShape, rank, dataFormat, fail);
      return joinShape(countsOf(sizes, checked, fail), filters, dataFormat);
    },
    weights: (inputShape, fail) => {
      const { channels } = spatialShape(inputShape, rank, dataFormat, fail);
      const ones = new Array<number>(rank).fill(1);
      return [
        own.declare('depthwise', [...checked.kernelSize, channels, depthMultiplier], 'depthwiseKernel'),
        own.declare('pointwise', [...ones, channels * depthMultiplier, filters], 'pointwiseKernel'),
        ...biasOf(own, checked, filters),
      ];
    },
    apply: ({ depthwiseKernel, pointwiseKernel, bias }, x) =>
      finish(convolveDepthwise(rank, x, depthwiseKernel as Tensor, pointwiseKernel, checked), bias, checked),
  });
}

/**
 * A convolution of each channel of sequences `[length, channels]` with `depthMultiplier` filters of its own.
 *
 * Weights `kernel` `[kernelLength, channels, depthMultiplier]` and `bias` `[channels · depthMultiplier]`.
 *
 * @throws `E_LAYER` for bad options, an input that is no sequence, or one shorter than the filter with padding `valid`
 * @example
 * ```ts
 * import { depthwiseConv1d } from '@deft/nn';
 * console.log(depthwiseConv1d(3, { depthMultiplier: 2 }).outputShape([10, 4])); // [8, 8]
 * ```
 */
export function depthwiseConv1d(kernelSize: PerAxis<1>, options: DepthwiseConvolutionOptions<1> = {}): Layer {
  return depthwiseConvolution(1, kernelSize, options);
}

/**
 * A convolution of each channel of images `[height, width, channels]` with `depthMultiplier` filters of its own.
 *
 * Weights `kernel` `[kernelHeight, kernelWidth, channels, depthMultiplier]` and `bias` `[channels · depthMultiplier]`.
 *
 * @throws `E_LAYER` for bad options, an input that is no image, or one smaller than the filter with padding `valid`
 * @example
 * ```ts
 * import { depthwiseConv2d } from '@deft/nn';
 * console.log(depthwiseConv2d(3, { padding: 'same' }).outputShape([8, 8, 4])); // [8, 8, 4]
 * ```
 */
export function depthwiseConv2d(kernelSize: PerAxis<2>, options: DepthwiseConvolutionOptions<2> = {}): Layer {
  return depthwiseConvolution(2, kernelSize, options);
}

/**
 * A depthwise convolution of sequences `[length, channels]`, then one of size 1 that mixes the channels (Chollet 2017).
 *
 * Weights `depthwiseKernel` `[kernelLength, channels, depthMultiplier]`, `pointwiseKernel`
 * `[1, channels · depthMultiplier, filters]` and `bias` `[filters]`.
 *
 * @throws `E_LAYER` for bad options, an input that is no sequence, or one shorter than the filter with padding `valid`
 * @example
 * ```ts
 * import { separableConv1d } from '@deft/nn';
 * console.log(separableConv1d(16, 3).outputShape([10, 4])); // [8, 16]
 * ```
 */
export function separableConv1d(
  filters: number,
  kernelSize: PerAxis<1>,
  options: SeparableConvolutionOptions<1> = {},
): Layer {
  return separableConvolution(1, filters, kernelSize, options);
}

/**
 * A depthwise convolution of images `[height, width, channels]`, then one of size 1 that mixes the channels (Chollet 2017).
 *
 * Weights `depthwiseKernel` `[kernelHeight, kernelWidth, channels, depthMultiplier]`, `pointwiseKernel`
 * `[1, 1, channels · depthMultiplier, filters]` and `bias` `[filters]`.
 *
 * @throws `E_LAYER` for bad options, an input that is no image, or one smaller than the filter with padding `valid`
 * @example
 * ```ts
 * import { separableConv2d } from '@deft/nn';
 * console.log(separableConv2d(16, 3, { strides: 2, padding: 'same' }).outputShape([8, 8, 4])); // [4, 4, 16]
 * ```
 */
export function separableConv2d(
  filters: number,
  kernelSize: PerAxis<2>,
  options: SeparableConvolutionOptions<2> = {},
): Layer {
  return separableConvolution(2, filters, kernelSize, options);
}
