/** `dilation2d`: grey-scale dilation of images. */
import { nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { checkImages } from './definition/convolution.ts';
import type { CheckChannels, CheckRank, Open2, Pooled } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import { ownAxes } from './definition/pooling-rules.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { checkPadding, eachAxis, type Padding, resolvePadding } from './definition/window-geometry.ts';
import { max } from './max.ts';
import { windows } from './windows.ts';

/** Options of `dilation2d`. */
export interface Dilation2dOptions {
  /** Steps from one window to the next, for rows and columns; 1 unless told. */
  readonly strides?: number | readonly number[];
  /** `'valid'` (no padding) unless told. */
  readonly padding?: Padding;
  /** Steps from one element of a filter to the next; 1 unless told. */
  readonly dilation?: number | readonly number[];
}

type Dilation2d = <const X extends TensorLike, const K extends TensorLike>(
  x: X & CheckRank<ShapeOf<X>, 4>,
  filter: K & CheckRank<ShapeOf<K>, 3> & CheckChannels<ShapeOf<X>, ShapeOf<K>, 'NHWC', 1, -1>,
  options?: Dilation2dOptions,
) => Tensor<Pooled<ShapeOf<X>, 'NHWC', Open2>, FloatOfAll<X | K>>;

/**
 * The largest sum of image and filter in every window (morphological dilation). `x` is `[batch, height, width, channels]`,
 * the filter `[height, width, channels]`. Padding never wins.
 *
 * @throws `E_RANK`, `E_CONV_CHANNELS` when the channels differ, `E_SHAPE` where no filter fits, `E_ATTRIBUTE` for bad options.
 * @example
 * ```ts
 * import { dilation2d, ones, zeros } from '@deft/tensor';
 * console.log(dilation2d(zeros([1, 4, 4, 1]), ones([2, 2, 1])).shape); // [1, 3, 3, 1]
 * ```
 */
export const dilation2d: OperationFunction<Dilation2d> = defineComposite({
  name: 'dilation2d',
  inputs: ['x', 'filter'],
  doc: {
    group: 'convolution',
    summary: 'The largest sum of image and filter in every window.',
    math: 'dilation2d(x, f)[n, i, j, c] = max x[n, i · S + r · D − P, j · S + s · D − P, c] + f[r, s, c] over r, s',
    see: ['maxPool', 'conv2d'],
  },
  promote: 'float',
  arguments: (x: TensorLike, filter: TensorLike, options: Dilation2dOptions = {}) => {
    const { strides = 1, padding = 'valid', dilation = 1 } = options;
    checkPadding('dilation2d', padding, 2);
    const attributes = {
      strides: eachAxis('dilation2d', 'strides', strides, 2),
      padding,
      dilation: eachAxis('dilation2d', 'dilation', dilation, 2),
    };
    return { inputs: [x, filter], attributes };
  },
  compose: ([x, filter], { strides, padding, dilation }): Tensor => {
    checkImages('dilation2d', x.abstract, 'NHWC');
    const { shape } = filter.abstract;
    if (shape.length !== 3) {
      raise('E_RANK', {
        op: 'dilation2d',
        argument: 'filter',
        expected: 'rank 3 [height, width, channels]',
        found: `rank ${shape.length}`,
        operands: [filter.abstract],
      });
    }
    const channels = x.abstract.shape[3] as number;
    if (channels !== shape[2]) {
      raise('E_CONV_CHANNELS', {
        op: 'dilation2d',
        says: `the input has ${channels} channels, the filter takes ${shape[2]}`,
        operands: [x.abstract, filter.abstract],
      });
    }
    const size = shape.slice(0, 2);
    const around = resolvePadding(padding, x.abstract.shape.slice(1, 3), { size, strides, dilation });
    const plan = { axes: [1, 2], size, strides, dilation, padding: around, fill: Number.NEGATIVE_INFINITY };
    return max(add(windows(x, plan), filter), { axis: ownAxes(plan) }) as Tensor;
  },
  samples: [
    {
      label: 'valid',
      inputs: [nd([1, 2, 3, 1], [1, 5, 3, -4, -2, 6]), nd([2, 2, 1], [0.5, 1, -1, 2])],
      grad: 'check',
    },
    {
      label: 'same, stride 2, two channels',
      inputs: [nd([1, 2, 2, 2], [1, 5, 3, -4, -2, 6, 9, 8]), nd([2, 1, 2], [0.5, 1, -1, 2.25])],
      rest: [{ strides: [2, 1], padding: 'same' }],
      grad: 'check',
    },
    {
      label: 'dilation',
      inputs: [nd([1, 3, 1, 1], [1, 5, 3]), nd([2, 1, 1], [0.5, 1])],
      rest: [{ dilation: [2, 1] }],
      grad: 'check',
    },
    { label: 'no images', inputs: [nd([0, 2, 2, 1], []), nd([1, 1, 1], [0])] },
  ],
  errors: [
    {
      label: 'channels that do not fit',
      inputs: [{ shape: [1, 5, 5, 3] }, { shape: [3, 3, 4] }],
      code: 'E_CONV_CHANNELS',
      says: /dilation2d: the input has 3 channels, the filter takes 4/,
    },
    {
      label: 'a filter of four axes',
      inputs: [{ shape: [1, 5, 5, 3] }, { shape: [3, 3, 3, 1] }],
      code: 'E_RANK',
      says: /dilation2d: filter: expected rank 3/,
    },
  ],
});
