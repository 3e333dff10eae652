/** `avgPool1d`: the mean of every window of sequences. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { type PoolOptions, poolAttributes, type SequenceFormat } from './definition/convolution.ts';
import type { CheckRank, Open1, Pooled } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import { averagePoolRules } from './definition/pooling-rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';

type Pool = <const X extends TensorLike, const F extends SequenceFormat = 'NWC'>(
  x: X & CheckRank<ShapeOf<X>, 3>,
  options?: PoolOptions<F>,
) => Tensor<Pooled<ShapeOf<X>, F, Open1>, DTypeOfOne<X>>;

/**
 * The mean of every window of sequences. `x` is `[batch, width, channels]`, and so is the result.
 *
 * Along an axis of W elements with padding P, windows of F elements and stride S give `L = floor((W − F + P) / S) + 1`
 * elements.
 *
 * @throws `E_RANK` unless `x` is a batch of sequences, `E_SHAPE` where no window fits, `E_ATTRIBUTE` for bad options.
 * @example
 * ```ts
 * import { avgPool1d, ones } from '@deft/tensor';
 * console.log(avgPool1d(ones([1, 4, 1])).shape); // [1, 2, 1]
 * ```
 */
export const avgPool1d: OperationFunction<Pool> = defineComposite({
  name: 'avgPool1d',
  inputs: ['x'],
  doc: {
    group: 'convolution',
    summary: 'The mean of every window of sequences.',
    notes: [
      'L = floor((W − F + P) / S) + 1 elements along an axis of W elements with padding P, windows of F elements and stride S.',
      'Padding is not counted: a window at the edge is the mean of the elements inside, as in TensorFlow.',
    ],
    see: ['avgPool'],
  },
  arguments: (x: TensorLike, options: PoolOptions<SequenceFormat> = {}) => ({
    inputs: [x],
    attributes: poolAttributes('avgPool1d', options, 1),
  }),
  ...averagePoolRules('avgPool1d'),
  samples: [
    { label: 'pairs', inputs: [nd([1, 4, 2], [1, 2, 5, 3, 4, 0, 7, 6])], grad: 'check' },
    {
      label: 'same, overlapping',
      inputs: [nd([2, 3, 1], [1, 5, 3, -4, -2, -6])],
      rest: [{ poolSize: 3, strides: 2, padding: 'same' }],
      grad: 'check',
    },
    {
      label: 'channels first, padding said',
      inputs: [nd([1, 2, 3], [1, 5, 3, -4, -2, -6])],
      rest: [{ strides: 1, padding: [[1, 0]], dataFormat: 'NCW' }],
      grad: 'check',
    },
    { label: 'none', inputs: [nd([0, 2, 1], [])] },
    { label: 'nan', inputs: [nd([1, 4, 1], [1, NaN, Infinity, 4])], grad: 'skip' },
  ],
  errors: [
    { label: 'too few axes', inputs: [{ shape: [4, 1] }], code: 'E_RANK', says: /avgPool1d: x: expected rank 3/ },
    {
      label: 'a window that does not fit',
      inputs: [{ shape: [1, 4, 1] }],
      rest: [{ poolSize: 5 }],
      code: 'E_SHAPE',
      says: /avgPool1d: a window over 5 places does not fit axis 1/,
    },
    {
      label: 'a layout of images',
      inputs: [{ shape: [1, 4, 1] }],
      rest: [{ dataFormat: 'NHWC' }],
      code: 'E_ATTRIBUTE',
      says: /avgPool1d: dataFormat: expected 'NWC' or 'NCW', got NHWC/,
    },
    {
      label: 'a wrong dtype',
      inputs: [{ shape: [1, 4, 1], dtype: 'int32' }],
      code: 'E_DTYPE',
      says: /avgPool1d: expected floating input, got int32/,
    },
  ],
});
