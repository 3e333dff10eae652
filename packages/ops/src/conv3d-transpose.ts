/** `conv3dTranspose`: the adjoint of a convolution of volumes. */
import { type DimAt, nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import type { VolumeFormat } from './definition/convolution.ts';
import type { CheckChannels, CheckRank, Convolved, Open3 } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import {
  type TransposedConvolutionOptions,
  transposedAttributes,
  transposedConvolution,
} from './definition/transposed-convolution.ts';

type Transposed = <const X extends TensorLike, const K extends TensorLike, const F extends VolumeFormat = 'NDHWC'>(
  x: X & CheckRank<ShapeOf<X>, 5>,
  filter: K & CheckRank<ShapeOf<K>, 5> & CheckChannels<ShapeOf<X>, ShapeOf<K>, F, 1, -1>,
  options?: TransposedConvolutionOptions<F>,
) => Tensor<Convolved<ShapeOf<X>, DimAt<ShapeOf<K>, -2>, F, Open3>, FloatOfAll<X | K>>;

/**
 * Lays a filter, scaled by every element, at steps of the stride and adds up: the adjoint of `conv3d` with the same filter
 * array. `x` is `[batch, depth, height, width, channels]`, the filter `[depth, height, width, filters, channels]`.
 *
 * Along an axis of W elements, filters of F elements with stride S and padding P give (W − 1) · S + F − P + `outputPadding`
 * elements; unless `outputPadding` is told, `'same'` gives W · S and `'valid'` W · S + max(F − S, 0), as in Keras.
 *
 * @throws `E_RANK`, `E_CONV_CHANNELS` when the channels of input and filter do not fit, `E_SHAPE` where nothing is left,
 * `E_ATTRIBUTE` for bad options.
 * @example
 * ```ts
 * import { conv3dTranspose, ones } from '@deft/tensor';
 * console.log(conv3dTranspose(ones([1, 2, 2, 2, 1]), ones([3, 3, 3, 4, 1]), { strides: 2, padding: 'same' }).shape); // [1, 4, 4, 4, 4]
 * ```
 */
export const conv3dTranspose: OperationFunction<Transposed> = defineComposite({
  name: 'conv3dTranspose',
  inputs: ['x', 'filter'],
  doc: {
    group: 'convolution',
    summary: 'The adjoint of a convolution of volumes: filters laid at steps and added up.',
    notes: [
      'L = (W − 1) · S + F − P + outputPadding elements along an axis; W · S for `same` and W · S + max(F − S, 0) for `valid` unless outputPadding is told.',
      'Filters are [depth, height, width, filters, channels] in either data format.',
    ],
    see: ['conv3d', 'overlapAdd'],
  },
  promote: 'float',
  arguments: (x: TensorLike, filter: TensorLike, options: TransposedConvolutionOptions<VolumeFormat> = {}) => ({
    inputs: [x, filter],
    attributes: transposedAttributes('conv3dTranspose', options, 'NDHWC'),
  }),
  compose: ([x, filter], attributes): Tensor => transposedConvolution('conv3dTranspose', x, filter, attributes),
  samples: [
    {
      label: 'valid',
      inputs: [nd([1, 1, 2, 2, 1], [1, 2, 3, 4]), nd([2, 1, 2, 1, 1], [1, -1, 2, 3])],
      grad: 'check',
    },
    {
      label: 'same, stride 2',
      inputs: [nd([1, 2, 1, 1, 1], [1, 2]), nd([3, 1, 1, 2, 1], [1, -1, 2, 3, 4, 5])],
      rest: [{ strides: [2, 1, 1], padding: 'same' }],
      grad: 'check',
    },
  ],
  errors: [
    {
      label: 'channels that do not fit',
      inputs: [{ shape: [1, 5, 5, 5, 3] }, { shape: [3, 3, 3, 2, 4] }],
      code: 'E_CONV_CHANNELS',
      says: /conv3dTranspose: the input has 3 channels, the filter takes 4/,
    },
    {
      label: 'too few axes',
      inputs: [{ shape: [5, 3] }, { shape: [3, 3, 3, 2, 4] }],
      code: 'E_RANK',
      says: /conv3dTranspose: x: expected rank 5/,
    },
    {
      label: 'a flat filter',
      inputs: [{ shape: [1, 5, 5, 5, 3] }, { shape: [3, 3] }],
      code: 'E_RANK',
      says: /conv3dTranspose: filter: expected rank 5/,
    },
    {
      label: 'as much output padding as a step',
      inputs: [{ shape: [1, 5, 5, 5, 3] }, { shape: [3, 3, 3, 2, 4] }],
      rest: [{ strides: 2, outputPadding: 2 }],
      code: 'E_ATTRIBUTE',
      says: /conv3dTranspose: outputPadding: expected less than the stride/,
    },
  ],
});
