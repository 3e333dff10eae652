/** `conv3d`: convolution of volumes with filters. */
import { type DimAt, nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { type ConvolutionAttributes, checkDataFormat, type VolumeFormat } from './definition/convolution.ts';
import { convolutionRules } from './definition/convolution-rules.ts';
import type { CheckChannels, CheckRank, Convolved, Open3 } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { checkPadding, eachAxis, type Padding } from './definition/window-geometry.ts';

/** Options of a convolution of volumes. */
export interface Conv3dOptions<F extends VolumeFormat = VolumeFormat, G extends number = number> {
  /** Steps from one window to the next, for depth, rows and columns; 1 unless told. */
  readonly strides?: number | readonly number[];
  /** `'valid'` (no padding) unless told. */
  readonly padding?: Padding;
  /** Steps from one element of a filter to the next; 1 unless told. */
  readonly dilation?: number | readonly number[];
  /** Into how many groups the channels are cut; every filter sees one group. 1 unless told. */
  readonly groups?: G;
  /** `'NDHWC'` unless told. Filters are always `[depth, height, width, channels, filters]`. */
  readonly dataFormat?: F;
}

type Conv3d = <
  const X extends TensorLike,
  const K extends TensorLike,
  const F extends VolumeFormat = 'NDHWC',
  const G extends number = 1,
>(
  x: X & CheckRank<ShapeOf<X>, 5>,
  filter: K & CheckRank<ShapeOf<K>, 5> & CheckChannels<ShapeOf<X>, ShapeOf<K>, F, G, -2>,
  options?: Conv3dOptions<F, G>,
) => Tensor<Convolved<ShapeOf<X>, DimAt<ShapeOf<K>, -1>, F, Open3>, FloatOfAll<X | K>>;

/**
 * Slides filters over volumes. `x` is `[batch, depth, height, width, channels]`, the filter `[depth, height, width, channels /
 * groups, filters]`, the result `[batch, depth, height, width, filters]`; sizes follow the formula of `conv2d`.
 *
 * @throws `E_RANK`, `E_CONV_CHANNELS`, `E_SHAPE`, `E_ATTRIBUTE` as `conv2d` does.
 * @example
 * ```ts
 * import { conv3d, ones } from '@deft/tensor';
 * console.log(conv3d(ones([1, 4, 4, 4, 2]), ones([3, 3, 3, 2, 5])).shape); // [1, 2, 2, 2, 5]
 * ```
 */
export const conv3d: OperationFunction<Conv3d> = defineComposite({
  name: 'conv3d',
  inputs: ['x', 'filter'],
  doc: {
    group: 'convolution',
    summary: 'Slides filters over volumes (cross-correlation).',
    notes: [
      'L = floor((W − F + P) / S) + 1 elements along an axis of W elements with padding P, filters of F elements and stride S.',
      'Filters are [depth, height, width, channels / groups, filters] in either data format.',
    ],
    see: ['conv2d', 'conv3dTranspose'],
  },
  promote: 'float',
  arguments: (x: TensorLike, filter: TensorLike, options: Conv3dOptions = {}) => {
    const { strides = 1, padding = 'valid', dilation = 1, groups = 1, dataFormat = 'NDHWC' } = options;
    checkDataFormat('conv3d', dataFormat, 3);
    checkPadding('conv3d', padding, 3);
    checkWhole('conv3d', 'groups', groups, 1);
    const attributes: ConvolutionAttributes = {
      strides: eachAxis('conv3d', 'strides', strides, 3),
      padding,
      dilation: eachAxis('conv3d', 'dilation', dilation, 3),
      groups,
      dataFormat,
    };
    return { inputs: [x, filter], attributes };
  },
  ...convolutionRules('conv3d'),
  samples: [
    {
      label: 'valid',
      inputs: [nd([1, 2, 2, 2, 1], [1, 2, 3, 4, 5, 6, 7, 8]), nd([1, 2, 2, 1, 2], [1, -1, 2, 3, 0, 2, -2, 1])],
      grad: 'check',
    },
    {
      label: 'same, stride 2',
      inputs: [nd([1, 3, 1, 2, 1], [1, 2, 3, 4, 5, 6]), nd([2, 1, 2, 1, 1], [1, -1, 2, 3])],
      rest: [{ strides: [2, 1, 1], padding: 'same' }],
      grad: 'check',
    },
    {
      label: 'dilation and padding',
      inputs: [nd([1, 3, 1, 2, 1], [1, 2, 3, 4, 5, 6]), nd([2, 1, 1, 1, 1], [1, -1])],
      rest: [
        {
          dilation: [2, 1, 1],
          padding: [
            [1, 0],
            [0, 0],
            [0, 1],
          ],
        },
      ],
      grad: 'check',
    },
    {
      label: 'channels first, groups',
      inputs: [nd([1, 2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]), nd([1, 2, 1, 1, 2], [1, -1, 2, 3])],
      rest: [{ groups: 2, dataFormat: 'NCDHW' }],
      grad: 'check',
    },
    { label: 'no volumes', inputs: [nd([0, 2, 2, 2, 1], []), nd([1, 1, 1, 1, 1], [1])] },
  ],
  errors: [
    {
      label: 'channels that do not fit',
      inputs: [{ shape: [1, 5, 5, 5, 3] }, { shape: [3, 3, 3, 4, 8] }],
      code: 'E_CONV_CHANNELS',
      says: /conv3d: the input has 3 channels, the filter takes 4/,
    },
    {
      label: 'an image',
      inputs: [{ shape: [1, 5, 5, 3] }, { shape: [3, 3, 3, 3, 8] }],
      code: 'E_RANK',
      says: /conv3d: x: expected rank 5 \[batch, depth, height, width, channels\], got rank 4/,
    },
    {
      label: 'a filter of images',
      inputs: [{ shape: [1, 5, 5, 5, 3] }, { shape: [3, 3, 3, 8] }],
      code: 'E_RANK',
      says: /filter: expected rank 5 \[depth, height, width, channels \/ groups, filters\]/,
    },
  ],
});
