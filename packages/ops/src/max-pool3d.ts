/** `maxPool3d`: the largest element of every window of volumes. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { type PoolOptions, poolAttributes, type VolumeFormat } from './definition/convolution.ts';
import type { CheckRank, Open3, Pooled } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import { maxPoolRules } from './definition/pooling-rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';

type Pool = <const X extends TensorLike, const F extends VolumeFormat = 'NDHWC'>(
  x: X & CheckRank<ShapeOf<X>, 5>,
  options?: PoolOptions<F>,
) => Tensor<Pooled<ShapeOf<X>, F, Open3>, DTypeOfOne<X>>;

/**
 * The largest element of every window of volumes. `x` is `[batch, depth, height, width, channels]`, and so is the result.
 *
 * Along an axis of W elements with padding P, windows of F elements and stride S give `L = floor((W − F + P) / S) + 1`
 * elements.
 *
 * @throws `E_RANK` unless `x` is a batch of volumes, `E_SHAPE` where no window fits, `E_ATTRIBUTE` for bad options.
 * @example
 * ```ts
 * import { maxPool3d, ones } from '@deft/tensor';
 * console.log(maxPool3d(ones([1, 2, 2, 2, 1])).shape); // [1, 1, 1, 1, 1]
 * ```
 */
export const maxPool3d: OperationFunction<Pool> = defineComposite({
  name: 'maxPool3d',
  inputs: ['x'],
  doc: {
    group: 'convolution',
    summary: 'The largest element of every window of volumes.',
    notes: [
      'L = floor((W − F + P) / S) + 1 elements along an axis of W elements with padding P, windows of F elements and stride S.',
      'The gradient goes to the first largest element of every window, in row-major order.',
      'Padding counts as −∞.',
    ],
    see: ['maxPool'],
  },
  arguments: (x: TensorLike, options: PoolOptions<VolumeFormat> = {}) => ({
    inputs: [x],
    attributes: poolAttributes('maxPool3d', options, 3),
  }),
  ...maxPoolRules('maxPool3d'),
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
    { label: 'too few axes', inputs: [{ shape: [4, 1] }], code: 'E_RANK', says: /maxPool3d: x: expected rank 5/ },
    {
      label: 'a window that does not fit',
      inputs: [{ shape: [1, 4, 4, 4, 1] }],
      rest: [{ poolSize: 5 }],
      code: 'E_SHAPE',
      says: /maxPool3d: a window over 5 places does not fit axis 1/,
    },
    {
      label: 'a layout of images',
      inputs: [{ shape: [1, 4, 4, 4, 1] }],
      rest: [{ dataFormat: 'NHWC' }],
      code: 'E_ATTRIBUTE',
      says: /maxPool3d: dataFormat: expected 'NDHWC' or 'NCDHW', got NHWC/,
    },
    {
      label: 'a wrong dtype',
      inputs: [{ shape: [1, 4, 4, 4, 1], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /maxPool3d: expected numeric input, got bool/,
    },
  ],
});
