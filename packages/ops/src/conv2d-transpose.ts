/** `conv2dTranspose`: the adjoint of a convolution of images. */
import { type DimAt, nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import type { DataFormat } from './definition/convolution.ts';
import type { CheckChannels, CheckRank, Convolved, Open2 } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import {
  type TransposedConvolutionOptions,
  transposedAttributes,
  transposedConvolution,
} from './definition/transposed-convolution.ts';

type Transposed = <const X extends TensorLike, const K extends TensorLike, const F extends DataFormat = 'NHWC'>(
  x: X & CheckRank<ShapeOf<X>, 4>,
  filter: K & CheckRank<ShapeOf<K>, 4> & CheckChannels<ShapeOf<X>, ShapeOf<K>, F, 1, -1>,
  options?: TransposedConvolutionOptions<F>,
) => Tensor<Convolved<ShapeOf<X>, DimAt<ShapeOf<K>, -2>, F, Open2>, FloatOfAll<X | K>>;

/**
 * Lays a filter, scaled by every element, at steps of the stride and adds up: the adjoint of `conv2d` with the same filter
 * array. `x` is `[batch, height, width, channels]`, the filter `[height, width, filters, channels]`.
 *
 * Along an axis of W elements, filters of F elements with stride S and padding P give (W − 1) · S + F − P + `outputPadding`
 * elements; unless `outputPadding` is told, `'same'` gives W · S and `'valid'` W · S + max(F − S, 0), as in Keras.
 *
 * @throws `E_RANK`, `E_CONV_CHANNELS` when the channels of input and filter do not fit, `E_SHAPE` where nothing is left,
 * `E_ATTRIBUTE` for bad options.
 * @example
 * ```ts
 * import { conv2dTranspose, ones } from '@deft/tensor';
 * console.log(conv2dTranspose(ones([1, 4, 4, 2]), ones([3, 3, 8, 2]), { strides: 2, padding: 'same' }).shape); // [1, 8, 8, 8]
 * ```
 */
export const conv2dTranspose: OperationFunction<Transposed> = defineComposite({
  name: 'conv2dTranspose',
  inputs: ['x', 'filter'],
  doc: {
    group: 'convolution',
    summary: 'The adjoint of a convolution of images: filters laid at steps and added up.',
    notes: [
      'L = (W − 1) · S + F − P + outputPadding elements along an axis; W · S for `same` and W · S + max(F − S, 0) for `valid` unless outputPadding is told.',
      'Filters are [height, width, filters, channels] in either data format.',
    ],
    see: ['conv2d', 'overlapAdd'],
  },
  promote: 'float',
  arguments: (x: TensorLike, filter: TensorLike, options: TransposedConvolutionOptions<DataFormat> = {}) => ({
    inputs: [x, filter],
    attributes: transposedAttributes('conv2dTranspose', options, 'NHWC'),
  }),
  compose: ([x, filter], attributes): Tensor => transposedConvolution('conv2dTranspose', x, filter, attributes),
  samples: [
    {
      label: 'valid',
      inputs: [nd([1, 2, 2, 1], [1, 2, 3, 4]), nd([2, 2, 2, 1], [1, -1, 2, 3, 0, 4, 5, -2])],
      grad: 'check',
    },
    {
      label: 'valid, stride 2',
      inputs: [nd([1, 2, 2, 1], [1, 2, 3, 4]), nd([3, 1, 1, 1], [1, -1, 2])],
      rest: [{ strides: 2 }],
      grad: 'check',
    },
    {
      label: 'same, stride 2, two channels',
      inputs: [nd([1, 2, 1, 2], [1, 2, 3, -1]), nd([3, 2, 1, 2], [1, -1, 2, 3, 4, 5, 0, 2, -3, 1, 1, 2])],
      rest: [{ strides: 2, padding: 'same' }],
      grad: 'check',
    },
    {
      label: 'dilation and padding said',
      inputs: [nd([1, 3, 1, 1], [1, 2, 3]), nd([2, 1, 1, 1], [1, -1])],
      rest: [
        {
          dilation: 2,
          padding: [
            [1, 0],
            [0, 0],
          ],
        },
      ],
      grad: 'check',
    },
    {
      label: 'same with output padding, channels first',
      inputs: [nd([1, 1, 2, 2], [1, 2, 3, 4]), nd([3, 3, 1, 1], [1, -1, 2, 3, 0, 4, 5, -2, 1])],
      rest: [{ strides: 2, padding: 'same', outputPadding: 1, dataFormat: 'NCHW' }],
      grad: 'check',
    },
    { label: 'no images', inputs: [nd([0, 2, 2, 1], []), nd([1, 1, 1, 1], [1])] },
  ],
  errors: [
    {
      label: 'channels that do not fit',
      inputs: [{ shape: [1, 5, 5, 3] }, { shape: [3, 3, 2, 4] }],
      code: 'E_CONV_CHANNELS',
      says: /conv2dTranspose: the input has 3 channels, the filter takes 4/,
    },
    {
      label: 'too few axes',
      inputs: [{ shape: [5, 3] }, { shape: [3, 3, 2, 4] }],
      code: 'E_RANK',
      says: /conv2dTranspose: x: expected rank 4/,
    },
    {
      label: 'a flat filter',
      inputs: [{ shape: [1, 5, 5, 3] }, { shape: [3, 3] }],
      code: 'E_RANK',
      says: /conv2dTranspose: filter: expected rank 4/,
    },
    {
      label: 'as much output padding as a step',
      inputs: [{ shape: [1, 5, 5, 3] }, { shape: [3, 3, 2, 4] }],
      rest: [{ strides: 2, outputPadding: 2 }],
      code: 'E_ATTRIBUTE',
      says: /conv2dTranspose: outputPadding: expected less than the stride/,
    },
  ],
});
