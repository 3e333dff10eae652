/** `depthwiseConv2d`: every channel with filters of its own. */
import { nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import { type ConvolutionOptions, conv2d } from './conv2d.ts';
import type { TensorLike } from './definition/convert.ts';
import { checkDataFormat, checkImages, type DataFormat } from './definition/convolution.ts';
import type { CheckChannels, CheckRank, Convolved, Open2 } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { checkPadding, eachAxis } from './definition/window-geometry.ts';
import { reshape } from './reshape.ts';

type DepthwiseConv2d = <const X extends TensorLike, const K extends TensorLike, const F extends DataFormat = 'NHWC'>(
  x: X & CheckRank<ShapeOf<X>, 4>,
  filter: K & CheckRank<ShapeOf<K>, 4> & CheckChannels<ShapeOf<X>, ShapeOf<K>, F, 1, -2>,
  options?: Omit<ConvolutionOptions<F>, 'groups'>,
) => Tensor<Convolved<ShapeOf<X>, number, F, Open2>, FloatOfAll<X | K>>;

/**
 * Slides filters over every channel of images by itself. The filter is `[height, width, channels, multiplier]`; channel c
 * gives the channels c · multiplier … of the result.
 *
 * @throws `E_RANK`, `E_CONV_CHANNELS`, `E_SHAPE`, `E_ATTRIBUTE` as `conv2d` does.
 * @example
 * ```ts
 * import { depthwiseConv2d, ones } from '@deft/tensor';
 * console.log(depthwiseConv2d(ones([1, 5, 5, 3]), ones([3, 3, 3, 2])).shape); // [1, 3, 3, 6]
 * ```
 */
export const depthwiseConv2d: OperationFunction<DepthwiseConv2d> = defineComposite({
  name: 'depthwiseConv2d',
  inputs: ['x', 'filter'],
  doc: {
    group: 'convolution',
    summary: 'Slides filters over every channel of images by itself.',
    notes: [
      'The filter is [height, width, channels, multiplier]; channel c gives the channels c · multiplier … of the result.',
    ],
    see: ['conv2d'],
  },
  promote: 'float',
  arguments: (x: TensorLike, filter: TensorLike, options: Omit<ConvolutionOptions, 'groups'> = {}) => {
    const { strides = 1, padding = 'valid', dilation = 1, dataFormat = 'NHWC' } = options;
    checkDataFormat('depthwiseConv2d', dataFormat);
    checkPadding('depthwiseConv2d', padding, 2);
    const attributes = {
      strides: eachAxis('depthwiseConv2d', 'strides', strides, 2),
      padding,
      dilation: eachAxis('depthwiseConv2d', 'dilation', dilation, 2),
      dataFormat: dataFormat as DataFormat,
    };
    return { inputs: [x, filter], attributes };
  },
  compose: ([x, filter], attributes): Tensor => {
    const { shape } = filter.abstract;
    checkImages('depthwiseConv2d', x.abstract, attributes.dataFormat);
    if (shape.length !== 4) {
      raise('E_RANK', {
        op: 'depthwiseConv2d',
        argument: 'filter',
        expected: 'rank 4 [height, width, channels, multiplier]',
        found: `rank ${shape.length}`,
        operands: [filter.abstract],
      });
    }
    const [kh, kw, channels, multiplier] = shape as readonly [number, number, number, number];
    const given = x.abstract.shape[attributes.dataFormat === 'NHWC' ? 3 : 1] as number;
    if (given !== channels || channels === 0) {
      raise('E_CONV_CHANNELS', {
        op: 'depthwiseConv2d',
        says: `the input has ${given} channels, the filter takes ${channels}`,
        operands: [x.abstract, filter.abstract],
      });
    }
    return conv2d(x, reshape(filter, [kh, kw, 1, channels * multiplier]), { ...attributes, groups: channels });
  },
  samples: [
    {
      label: 'two channels',
      inputs: [nd([1, 2, 3, 2], [1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6]), nd([2, 2, 2, 1], [1, 2, -1, 3, 2, 1, 0, 4])],
      grad: 'check',
    },
    {
      label: 'a multiplier, same',
      inputs: [nd([1, 2, 2, 1], [1, 2, 3, 4]), nd([2, 2, 1, 2], [1, 2, -1, 3, 2, 1, 0, 4])],
      rest: [{ padding: 'same' }],
      grad: 'check',
    },
    {
      label: 'channels first, stride 2',
      inputs: [nd([1, 1, 3, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9]), nd([2, 2, 1, 1], [1, 2, -1, 3])],
      rest: [{ dataFormat: 'NCHW', strides: 2, padding: 'same' }],
      grad: 'check',
    },
    { label: 'no images', inputs: [nd([0, 2, 2, 1], []), nd([1, 1, 1, 1], [1])] },
  ],
  errors: [
    {
      label: 'channels that do not fit',
      inputs: [{ shape: [1, 5, 5, 3] }, { shape: [3, 3, 2, 1] }],
      code: 'E_CONV_CHANNELS',
      says: /depthwiseConv2d: the input has 3 channels, the filter takes 2/,
    },
    {
      label: 'a flat filter',
      inputs: [{ shape: [1, 5, 5, 3] }, { shape: [3, 3, 3] }],
      code: 'E_RANK',
      says: /filter: expected rank 4/,
    },
  ],
});
