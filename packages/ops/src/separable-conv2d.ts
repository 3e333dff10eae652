/** `separableConv2d`: every channel with filters of its own, then the channels mixed. */
import { type DimAt, nd, type OperationFunction, type Tensor } from '@deft/core';
import { type ConvolutionOptions, conv2d } from './conv2d.ts';
import type { TensorLike } from './definition/convert.ts';
import { checkDataFormat, type DataFormat } from './definition/convolution.ts';
import type { CheckChannels, CheckRank, Convolved, Open2 } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { checkPadding, eachAxis } from './definition/window-geometry.ts';
import { depthwiseConv2d } from './depthwise-conv2d.ts';

type SeparableOptions = Omit<ConvolutionOptions, 'groups'>;

type SeparableConv2d = <
  const X extends TensorLike,
  const K extends TensorLike,
  const P extends TensorLike,
  const F extends DataFormat = 'NHWC',
>(
  x: X & CheckRank<ShapeOf<X>, 4>,
  depthwiseFilter: K & CheckRank<ShapeOf<K>, 4> & CheckChannels<ShapeOf<X>, ShapeOf<K>, F, 1, -2>,
  pointwiseFilter: P & CheckRank<ShapeOf<P>, 4>,
  options?: Omit<ConvolutionOptions<F>, 'groups'>,
) => Tensor<Convolved<ShapeOf<X>, DimAt<ShapeOf<P>, -1>, F, Open2>, FloatOfAll<X | K | P>>;

/**
 * A convolution of images in two steps: `depthwiseConv2d` with filters `[height, width, channels, multiplier]`, then one by one
 * filters `[1, 1, channels · multiplier, filters]` that mix the channels.
 *
 * @throws `E_RANK`, `E_CONV_CHANNELS`, `E_SHAPE`, `E_ATTRIBUTE` as `conv2d` does.
 * @example
 * ```ts
 * import { ones, separableConv2d } from '@deft/tensor';
 * console.log(separableConv2d(ones([1, 5, 5, 3]), ones([3, 3, 3, 2]), ones([1, 1, 6, 8])).shape); // [1, 3, 3, 8]
 * ```
 */
export const separableConv2d: OperationFunction<SeparableConv2d> = defineComposite({
  name: 'separableConv2d',
  inputs: ['x', 'depthwiseFilter', 'pointwiseFilter'],
  doc: {
    group: 'convolution',
    summary: 'Every channel of images with filters of its own, then the channels mixed.',
    see: ['depthwiseConv2d', 'conv2d'],
  },
  promote: 'float',
  arguments: (
    x: TensorLike,
    depthwiseFilter: TensorLike,
    pointwiseFilter: TensorLike,
    options: SeparableOptions = {},
  ) => {
    const { strides = 1, padding = 'valid', dilation = 1, dataFormat = 'NHWC' } = options;
    checkDataFormat('separableConv2d', dataFormat);
    checkPadding('separableConv2d', padding, 2);
    const attributes = {
      strides: eachAxis('separableConv2d', 'strides', strides, 2),
      padding,
      dilation: eachAxis('separableConv2d', 'dilation', dilation, 2),
      dataFormat: dataFormat as DataFormat,
    };
    return { inputs: [x, depthwiseFilter, pointwiseFilter], attributes };
  },
  compose: ([x, depthwiseFilter, pointwiseFilter], attributes): Tensor =>
    conv2d(depthwiseConv2d(x, depthwiseFilter, attributes), pointwiseFilter, { dataFormat: attributes.dataFormat }),
  samples: [
    {
      label: 'two channels',
      inputs: [
        nd([1, 2, 3, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6]),
        nd([2, 2, 2, 1], [1, 2, -1, 3, 2, 1, 0, 4]),
        nd([1, 1, 2, 2], [1, -1, 2, 3]),
      ],
      grad: 'check',
    },
    {
      label: 'channels first, same',
      inputs: [nd([1, 1, 2, 2], [1, 2, 3, 4]), nd([2, 1, 1, 2], [1, 2, -1, 3]), nd([1, 1, 2, 1], [1, -1])],
      rest: [{ dataFormat: 'NCHW', padding: 'same', strides: [2, 1] }],
      grad: 'check',
    },
  ],
  errors: [
    {
      label: 'channels that do not fit',
      inputs: [{ shape: [1, 5, 5, 3] }, { shape: [3, 3, 3, 2] }, { shape: [1, 1, 5, 8] }],
      code: 'E_CONV_CHANNELS',
      says: /separableConv2d .*the input has 6 channels, the filter takes 5/,
    },
    {
      label: 'an unknown data format',
      inputs: [{ shape: [1, 5, 5, 3] }, { shape: [3, 3, 3, 2] }, { shape: [1, 1, 6, 8] }],
      rest: [{ dataFormat: 'HWC' }],
      code: 'E_ATTRIBUTE',
      says: /separableConv2d: dataFormat: expected 'NHWC' or 'NCHW', got HWC/,
    },
  ],
});
