/** `avgPool3d`: the mean of every window of volumes. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { type PoolOptions, poolAttributes, type VolumeFormat } from './definition/convolution.ts';
import type { CheckRank, Open3, Pooled } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import { averagePoolRules } from './definition/pooling-rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';

type Pool = <const X extends TensorLike, const F extends VolumeFormat = 'NDHWC'>(
  x: X & CheckRank<ShapeOf<X>, 5>,
  options?: PoolOptions<F>,
) => Tensor<Pooled<ShapeOf<X>, F, Open3>, DTypeOfOne<X>>;

/**
 * The mean of every window of volumes. `x` is `[batch, depth, height, width, channels]`, and so is the result.
 *
 * Along an axis of W elements with padding P, windows of F elements and stride S give `L = floor((W − F + P) / S) + 1`
 * elements.
 *
 * @throws `E_RANK` unless `x` is a batch of volumes, `E_SHAPE` where no window fits, `E_ATTRIBUTE` for bad options.
 * @example
 * ```ts
 * import { avgPool3d, ones } from '@deft/tensor';
 * console.log(avgPool3d(ones([1, 2, 2, 2, 1])).shape); // [1, 1, 1, 1, 1]
 * ```
 */
export const avgPool3d: OperationFunction<Pool> = defineComposite({
  name: 'avgPool3d',
  inputs: ['x'],
  doc: {
    group: 'convolution',
    summary: 'The mean of every window of volumes.',
    notes: [
      'L = floor((W − F + P) / S) + 1 elements along an axis of W elements with padding P, windows of F elements and stride S.',
      'Padding is not counted: a window at the edge is the mean of the elements inside, as in TensorFlow.',
    ],
    see: ['avgPool'],
  },
  arguments: (x: TensorLike, options: PoolOptions<VolumeFormat> = {}) => ({
    inputs: [x],
    attributes: poolAttributes('avgPool3d', options, 3),
  }),
  ...averagePoolRules('avgPool3d'),
  samples: [
    { label: 'a cube', inputs: [nd([1, 2, 2, 2, 1], [1, 2, 5, 3, 4, 0, 7, 6])], grad: 'check' },
    {
      label: 'same, two channels',
      inputs: [nd([1, 2, 1, 3, 2], [1, 5, 3, -4, -2, -6, 9, 8, 2, 7, 4, 0])],
      rest: [{ poolSize: [2, 1, 2], strides: [1, 1, 2], padding: 'same' }],
      grad: 'check',
    },
    {
      label: 'channels first',
      inputs: [nd([1, 2, 2, 1, 2], [1, 5, 3, -4, -2, -6, 9, 8])],
      rest: [{ poolSize: [2, 1, 1], dataFormat: 'NCDHW' }],
      grad: 'check',
    },
    { label: 'none', inputs: [nd([0, 2, 2, 2, 1], [])] },
  ],
  errors: [
    { label: 'too few axes', inputs: [{ shape: [4, 1] }], code: 'E_RANK', says: /avgPool3d: x: expected rank 5/ },
    {
      label: 'a window that does not fit',
      inputs: [{ shape: [1, 4, 4, 4, 1] }],
      rest: [{ poolSize: 5 }],
      code: 'E_SHAPE',
      says: /avgPool3d: a window over 5 places does not fit axis 1/,
    },
    {
      label: 'a layout of images',
      inputs: [{ shape: [1, 4, 4, 4, 1] }],
      rest: [{ dataFormat: 'NHWC' }],
      code: 'E_ATTRIBUTE',
      says: /avgPool3d: dataFormat: expected 'NDHWC' or 'NCDHW', got NHWC/,
    },
    {
      label: 'a wrong dtype',
      inputs: [{ shape: [1, 4, 4, 4, 1], dtype: 'int32' }],
      code: 'E_DTYPE',
      says: /avgPool3d: expected floating input, got int32/,
    },
  ],
});
