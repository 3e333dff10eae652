/** `conv1dTranspose`: the adjoint of a convolution of sequences. */
import { type DimAt, nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import type { SequenceFormat } from './definition/convolution.ts';
import type { CheckChannels, CheckRank, Convolved, Open1 } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import {
  type TransposedConvolutionOptions,
  transposedAttributes,
  transposedConvolution,
} from './definition/transposed-convolution.ts';

type Transposed = <const X extends TensorLike, const K extends TensorLike, const F extends SequenceFormat = 'NWC'>(
  x: X & CheckRank<ShapeOf<X>, 3>,
  filter: K & CheckRank<ShapeOf<K>, 3> & CheckChannels<ShapeOf<X>, ShapeOf<K>, F, 1, -1>,
  options?: TransposedConvolutionOptions<F>,
) => Tensor<Convolved<ShapeOf<X>, DimAt<ShapeOf<K>, -2>, F, Open1>, FloatOfAll<X | K>>;

/**
 * Lays a filter, scaled by every element, at steps of the stride and adds up: the adjoint of `conv1d` with the same filter
 * array. `x` is `[batch, width, channels]`, the filter `[width, filters, channels]`.
 *
 * Along an axis of W elements, filters of F elements with stride S and padding P give (W − 1) · S + F − P + `outputPadding`
 * elements; unless `outputPadding` is told, `'same'` gives W · S and `'valid'` W · S + max(F − S, 0), as in Keras.
 *
 * @throws `E_RANK`, `E_CONV_CHANNELS` when the channels of input and filter do not fit, `E_SHAPE` where nothing is left,
 * `E_ATTRIBUTE` for bad options.
 * @example
 * ```ts
 * import { conv1dTranspose, ones } from '@deft/tensor';
 * console.log(conv1dTranspose(ones([1, 5, 2]), ones([3, 4, 2]), { strides: 2, padding: 'same' }).shape); // [1, 10, 4]
 * ```
 */
export const conv1dTranspose: OperationFunction<Transposed> = defineComposite({
  name: 'conv1dTranspose',
  inputs: ['x', 'filter'],
  doc: {
    group: 'convolution',
    summary: 'The adjoint of a convolution of sequences: filters laid at steps and added up.',
    notes: [
      'L = (W − 1) · S + F − P + outputPadding elements along an axis; W · S for `same` and W · S + max(F − S, 0) for `valid` unless outputPadding is told.',
      'Filters are [width, filters, channels] in either data format.',
    ],
    see: ['conv1d', 'overlapAdd'],
  },
  promote: 'float',
  arguments: (x: TensorLike, filter: TensorLike, options: TransposedConvolutionOptions<SequenceFormat> = {}) => ({
    inputs: [x, filter],
    attributes: transposedAttributes('conv1dTranspose', options, 'NWC'),
  }),
  compose: ([x, filter], attributes): Tensor => transposedConvolution('conv1dTranspose', x, filter, attributes),
  samples: [
    { label: 'valid', inputs: [nd([1, 3, 1], [1, 2, 3]), nd([2, 2, 1], [1, -1, 2, 3])], grad: 'check' },
    {
      label: 'same, stride 2',
      inputs: [nd([1, 3, 2], [1, 2, 3, -1, 0, 4]), nd([3, 1, 2], [1, -1, 2, 3, 4, 5])],
      rest: [{ strides: 2, padding: 'same' }],
      grad: 'check',
    },
    {
      label: 'output padding, channels first',
      inputs: [nd([1, 1, 3], [1, 2, 3]), nd([2, 1, 1], [1, -1])],
      rest: [{ strides: 3, outputPadding: 1, dataFormat: 'NCW' }],
      grad: 'check',
    },
  ],
  errors: [
    {
      label: 'channels that do not fit',
      inputs: [{ shape: [1, 5, 3] }, { shape: [3, 2, 4] }],
      code: 'E_CONV_CHANNELS',
      says: /conv1dTranspose: the input has 3 channels, the filter takes 4/,
    },
    {
      label: 'too few axes',
      inputs: [{ shape: [5, 3] }, { shape: [3, 2, 4] }],
      code: 'E_RANK',
      says: /conv1dTranspose: x: expected rank 3/,
    },
    {
      label: 'a flat filter',
      inputs: [{ shape: [1, 5, 3] }, { shape: [3, 3] }],
      code: 'E_RANK',
      says: /conv1dTranspose: filter: expected rank 3/,
    },
    {
      label: 'as much output padding as a step',
      inputs: [{ shape: [1, 5, 3] }, { shape: [3, 2, 4] }],
      rest: [{ strides: 2, outputPadding: 2 }],
      code: 'E_ATTRIBUTE',
      says: /conv1dTranspose: outputPadding: expected less than the stride/,
    },
  ],
});
