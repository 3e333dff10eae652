/** `avgPool`: the mean of every window of images. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { type DataFormat, type PoolOptions, poolAttributes } from './definition/convolution.ts';
import type { CheckRank, Open2, Pooled } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import { averagePoolRules } from './definition/pooling-rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';

type Pool = <const X extends TensorLike, const F extends DataFormat = 'NHWC'>(
  x: X & CheckRank<ShapeOf<X>, 4>,
  options?: PoolOptions<F>,
) => Tensor<Pooled<ShapeOf<X>, F, Open2>, DTypeOfOne<X>>;

/**
 * The mean of every window of rows and columns; padding is not counted. `x` is `[batch, height, width, channels]`, and so is
 * the result; sizes follow the formula of `maxPool`.
 *
 * @throws `E_RANK` unless `x` is a batch of images, `E_SHAPE` where no window fits, `E_ATTRIBUTE` for bad options, `E_DTYPE`.
 * @example
 * ```ts
 * import { avgPool, tensor } from '@deft/tensor';
 * console.log(avgPool(tensor([[[[1], [2]], [[3], [4]]]])).item()); // 2.5
 * ```
 */
export const avgPool: OperationFunction<Pool> = defineComposite({
  name: 'avgPool',
  inputs: ['x'],
  doc: {
    group: 'convolution',
    summary: 'The mean of every window of images.',
    notes: [
      'L = floor((W − F + P) / S) + 1 elements along an axis of W elements with padding P, windows of F elements and stride S.',
      'Padding is not counted: a window at the edge is the mean of the elements inside, as in TensorFlow.',
    ],
    see: ['maxPool', 'globalAveragePool'],
  },
  arguments: (x: TensorLike, options: PoolOptions = {}) => ({
    inputs: [x],
    attributes: poolAttributes('avgPool', options),
  }),
  ...averagePoolRules('avgPool'),
  samples: [
    { label: 'two by two', inputs: [nd([1, 4, 2, 1], [1, 2, 5, 3, 4, 0, 1, 2])], grad: 'check' },
    {
      label: 'overlapping windows, two channels',
      inputs: [nd([1, 2, 3, 2], [1, 8, 4, 6, 2, 7, 5, 3, 9, 1, 12, 11])],
      rest: [{ strides: 1 }],
      grad: 'check',
    },
    {
      label: 'same: padding is not counted',
      inputs: [nd([1, 3, 3, 1], [1, 5, 3, 4, 2, 6, 7, 8, 9])],
      rest: [{ padding: 'same' }],
      grad: 'check',
    },
    {
      label: 'padding said',
      inputs: [nd([1, 2, 2, 1], [1, 5, 3, 4])],
      rest: [
        {
          poolSize: 3,
          strides: 1,
          padding: [
            [1, 1],
            [1, 1],
          ],
        },
      ],
      grad: 'check',
    },
    {
      label: 'channels first',
      inputs: [nd([1, 2, 2, 2], [1, 4, 3, 2, 8, 7, 5, 6])],
      rest: [{ dataFormat: 'NCHW', padding: 'same' }],
      grad: 'check',
    },
    { label: 'no images', inputs: [nd([0, 2, 2, 1], [])] },
    { label: 'nan', inputs: [nd([1, 2, 2, 1], [1, NaN, Infinity, 4])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'an image without a batch',
      inputs: [{ shape: [4, 4, 1] }],
      code: 'E_RANK',
      says: /avgPool: x: expected rank 4/,
    },
    {
      label: 'a window that does not fit',
      inputs: [{ shape: [1, 1, 4, 1] }],
      code: 'E_SHAPE',
      says: /avgPool: a window over 2 places does not fit axis 1/,
    },
    {
      label: 'a stride of 0',
      inputs: [{ shape: [1, 4, 4, 1] }],
      rest: [{ strides: 0 }],
      code: 'E_ATTRIBUTE',
      says: /strides: expected 2 whole numbers of at least 1/,
    },
    {
      label: 'integers',
      inputs: [{ shape: [1, 4, 4, 1], dtype: 'int32' }],
      code: 'E_DTYPE',
      says: /avgPool: expected floating input, got int32/,
    },
  ],
});
