/** `maxPool`: the largest element of every window of images. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { type DataFormat, type PoolOptions, poolAttributes } from './definition/convolution.ts';
import type { CheckRank, Open2, Pooled } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import { maxPoolRules } from './definition/pooling-rules.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';

type Pool = <const X extends TensorLike, const F extends DataFormat = 'NHWC'>(
  x: X & CheckRank<ShapeOf<X>, 4>,
  options?: PoolOptions<F>,
) => Tensor<Pooled<ShapeOf<X>, F, Open2>, DTypeOfOne<X>>;

/**
 * The largest element of every window of rows and columns. `x` is `[batch, height, width, channels]`, and so is the result.
 *
 * Along an axis of W elements with padding P, windows of F elements and stride S give `L = floor((W − F + P) / S) + 1`
 * elements. Padding never wins. The gradient goes to the first largest element of every window.
 *
 * @throws `E_RANK` unless `x` is a batch of images, `E_SHAPE` where no window fits, `E_ATTRIBUTE` for bad options.
 * @example
 * ```ts
 * import { maxPool, tensor } from '@deft/tensor';
 * const x = tensor([[[[1], [2]], [[3], [4]]]]);
 * console.log(maxPool(x).shape, maxPool(x).item()); // [1, 1, 1, 1] 4
 * ```
 */
export const maxPool: OperationFunction<Pool> = defineComposite({
  name: 'maxPool',
  inputs: ['x'],
  doc: {
    group: 'convolution',
    summary: 'The largest element of every window of images.',
    notes: [
      'L = floor((W − F + P) / S) + 1 elements along an axis of W elements with padding P, windows of F elements and stride S.',
      'The gradient goes to the first largest element of every window, in row-major order.',
      'Padding counts as −∞.',
    ],
    see: ['avgPool', 'globalMaxPool', 'conv2d'],
  },
  arguments: (x: TensorLike, options: PoolOptions = {}) => ({
    inputs: [x],
    attributes: poolAttributes('maxPool', options),
  }),
  ...maxPoolRules('maxPool'),
  samples: [
    {
      label: 'two by two',
      inputs: [nd([1, 4, 4, 1], [1, 2, 5, 3, 4, 0, 1, 2, 7, 6, 1, 8, 5, 9, 3, 2])],
      grad: 'check',
    },
    {
      label: 'overlapping windows, two channels',
      inputs: [nd([1, 3, 3, 2], [1, 8, 4, 6, 2, 7, 5, 3, 9, 1, 12, 11, 13, 2, 17, 5, 14, 10])],
      rest: [{ poolSize: 2, strides: 1 }],
      grad: 'check',
    },
    {
      label: 'a remainder',
      inputs: [nd([1, 3, 3, 1], [1, 5, 3, 4, 2, 6, 7, 8, 9])],
      rest: [{ poolSize: 2 }],
      grad: 'check',
    },
    {
      label: 'same',
      inputs: [nd([1, 3, 3, 1], [-1, -5, -3, -4, -2, -6, -7, -8, -9])],
      rest: [{ poolSize: 2, padding: 'same' }],
      grad: 'check',
    },
    {
      label: 'three by two, padding said',
      inputs: [nd([1, 3, 2, 1], [-1, -5, -3, -4, -2, -6])],
      rest: [
        {
          poolSize: [3, 2],
          strides: 2,
          padding: [
            [1, 1],
            [0, 1],
          ],
        },
      ],
      grad: 'check',
    },
    {
      label: 'strides above the size',
      inputs: [nd([1, 5, 1, 1], [3, 1, 5, 2, 4])],
      rest: [{ poolSize: [2, 1], strides: [3, 1] }],
      grad: 'check',
    },
    {
      label: 'channels first',
      inputs: [nd([1, 2, 2, 2], [1, 4, 3, 2, 8, 7, 5, 6])],
      rest: [{ dataFormat: 'NCHW' }],
      grad: 'check',
    },
    {
      label: 'equal elements: the first gets the gradient',
      inputs: [nd([1, 2, 4, 1], [2, 2, 1, 3, 2, 2, 3, 3])],
      grad: [[1, 0, 0, 1, 0, 0, 0, 0]],
    },
    {
      label: 'integers',
      inputs: [nd([1, 1, 3, 1], [1, -2, -3], 'int32')],
      rest: [{ poolSize: [1, 2], padding: 'same' }],
    },
    { label: 'no images', inputs: [nd([0, 2, 2, 1], [])] },
    { label: 'nan', inputs: [nd([1, 2, 2, 1], [1, NaN, Infinity, 4])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'an image without a batch',
      inputs: [{ shape: [4, 4, 1] }],
      code: 'E_RANK',
      says: /maxPool: x: expected rank 4 \[batch, height, width, channels\], got rank 3/,
    },
    {
      label: 'a window that does not fit',
      inputs: [{ shape: [1, 1, 4, 1] }],
      code: 'E_SHAPE',
      says: /maxPool: a window over 2 places does not fit axis 1 of 1 elements/,
    },
    {
      label: 'an empty window',
      inputs: [{ shape: [1, 4, 4, 1] }],
      rest: [{ poolSize: 0 }],
      code: 'E_ATTRIBUTE',
      says: /poolSize: expected 2 whole numbers of at least 1/,
    },
    {
      label: 'an unknown padding',
      inputs: [{ shape: [1, 4, 4, 1] }],
      rest: [{ padding: 'full' }],
      code: 'E_ATTRIBUTE',
      says: /padding: expected 'valid'/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [1, 4, 4, 1], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /maxPool: expected numeric input, got bool/,
    },
  ],
});
