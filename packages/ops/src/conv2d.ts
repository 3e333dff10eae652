/** `conv2d`: convolution of images with filters. */
import { type DimAt, nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { type ConvolutionAttributes, checkDataFormat, type DataFormat } from './definition/convolution.ts';
import { convolutionRules } from './definition/convolution-rules.ts';
import type { CheckChannels, CheckRank, Convolved, Open2 } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { checkPadding, eachAxis, type Padding } from './definition/window-geometry.ts';

/** Options of a convolution. */
export interface ConvolutionOptions<F extends DataFormat = DataFormat, G extends number = number> {
  /** Steps from one window to the next, for rows and columns; 1 unless told. */
  readonly strides?: number | readonly number[];
  /** `'valid'` (no padding) unless told. */
  readonly padding?: Padding;
  /** Steps from one element of a filter to the next; 1 unless told. */
  readonly dilation?: number | readonly number[];
  /** Into how many groups the channels are cut; every filter sees one group. 1 unless told. */
  readonly groups?: G;
  /** `'NHWC'` unless told. Filters are always `[height, width, channels, filters]`. */
  readonly dataFormat?: F;
}

type Conv2d = <
  const X extends TensorLike,
  const K extends TensorLike,
  const F extends DataFormat = 'NHWC',
  const G extends number = 1,
>(
  x: X & CheckRank<ShapeOf<X>, 4>,
  filter: K & CheckRank<ShapeOf<K>, 4> & CheckChannels<ShapeOf<X>, ShapeOf<K>, F, G, -2>,
  options?: ConvolutionOptions<F, G>,
) => Tensor<Convolved<ShapeOf<X>, DimAt<ShapeOf<K>, -1>, F, Open2>, FloatOfAll<X | K>>;

/**
 * Slides filters over images (cross-correlation: filters are not flipped). `x` is `[batch, height, width, channels]`, the
 * filter `[height, width, channels / groups, filters]`, the result `[batch, height, width, filters]`.
 *
 * Along an axis of W elements with P elements of padding in all, filters of F elements and stride S give
 * `L = floor((W − F + P) / S) + 1` elements; with dilation D a filter covers (F − 1) · D + 1 elements instead of F.
 * `'valid'` has no padding, `'same'` so much that L = ceil(W / S), the odd element behind.
 *
 * @throws `E_RANK`, `E_CONV_CHANNELS` when the channels of input and filter do not fit, `E_SHAPE` where no filter fits,
 * `E_ATTRIBUTE` for bad options.
 * @example
 * ```ts
 * import { conv2d, ones } from '@deft/tensor';
 * const y = conv2d(ones([1, 28, 28, 1]), ones([3, 3, 1, 8]), { padding: 'same' });
 * console.log(y.shape); // [1, 28, 28, 8]
 * ```
 */
export const conv2d: OperationFunction<Conv2d> = defineComposite({
  name: 'conv2d',
  inputs: ['x', 'filter'],
  doc: {
    group: 'convolution',
    summary: 'Slides filters over images (cross-correlation).',
    math: 'conv2d(x, f)[n, i, j, o] = Σ x[n, i · S + r · D − P, j · S + s · D − P, c] · f[r, s, c, o] over r, s, c',
    notes: [
      'L = floor((W − F + P) / S) + 1 elements along an axis of W elements with padding P, filters of F elements and stride S.',
      '`same` pads so that L = ceil(W / S); the odd element comes behind, as in TensorFlow.',
      'Filters are [height, width, channels / groups, filters] in either data format.',
    ],
    see: ['conv1d', 'depthwiseConv2d', 'maxPool', 'windows'],
  },
  promote: 'float',
  arguments: (x: TensorLike, filter: TensorLike, options: ConvolutionOptions = {}) => {
    const { strides = 1, padding = 'valid', dilation = 1, groups = 1, dataFormat = 'NHWC' } = options;
    checkDataFormat('conv2d', dataFormat);
    checkPadding('conv2d', padding, 2);
    checkWhole('conv2d', 'groups', groups, 1);
    const attributes: ConvolutionAttributes = {
      strides: eachAxis('conv2d', 'strides', strides, 2),
      padding,
      dilation: eachAxis('conv2d', 'dilation', dilation, 2),
      groups,
      dataFormat,
    };
    return { inputs: [x, filter], attributes };
  },
  ...convolutionRules('conv2d'),
  samples: [
    {
      label: 'valid',
      inputs: [nd([1, 3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]), nd([2, 2, 1, 1], [1, -1, 2, 3])],
      grad: 'check',
    },
    {
      label: 'same, two channels',
      inputs: [ramp([1, 3, 3, 2]), ramp([3, 3, 2, 2], 3)],
      rest: [{ padding: 'same' }],
      grad: 'check',
    },
    {
      label: 'same with an even filter',
      inputs: [ramp([1, 3, 4, 1]), ramp([2, 2, 1, 1], 3)],
      rest: [{ padding: 'same' }],
      grad: 'check',
    },
    { label: 'stride 2', inputs: [ramp([2, 5, 4, 1]), ramp([3, 2, 1, 2], 5)], rest: [{ strides: 2 }], grad: 'check' },
    {
      label: 'stride 2, same',
      inputs: [ramp([1, 5, 4, 1]), ramp([3, 3, 1, 1], 5)],
      rest: [{ strides: [2, 2], padding: 'same' }],
      grad: 'check',
    },
    {
      label: 'dilation',
      inputs: [ramp([1, 5, 5, 1]), ramp([2, 2, 1, 1], 3)],
      rest: [
        {
          dilation: 2,
          padding: [
            [1, 0],
            [0, 1],
          ],
        },
      ],
      grad: 'check',
    },
    {
      label: 'stride and dilation',
      inputs: [ramp([1, 6, 5, 1]), ramp([2, 2, 1, 1], 3)],
      rest: [{ strides: 2, dilation: [2, 1] }],
      grad: 'check',
    },
    {
      label: 'more padding than filter',
      inputs: [ramp([1, 2, 2, 1]), ramp([2, 1, 1, 1], 3)],
      rest: [
        {
          padding: [
            [2, 2],
            [0, 1],
          ],
        },
      ],
      grad: 'check',
    },
    { label: 'groups', inputs: [ramp([1, 3, 3, 4]), ramp([2, 2, 2, 4], 3)], rest: [{ groups: 2 }], grad: 'check' },
    {
      label: 'groups with a stride',
      inputs: [ramp([1, 3, 3, 2]), ramp([2, 2, 1, 2], 3)],
      rest: [{ groups: 2, strides: 2, padding: 'same' }],
      grad: 'check',
    },
    {
      label: 'channels first',
      inputs: [ramp([1, 2, 3, 3]), ramp([2, 2, 2, 1], 3)],
      rest: [{ dataFormat: 'NCHW' }],
      grad: 'check',
    },
    { label: 'one by one', inputs: [ramp([1, 2, 2, 2]), ramp([1, 1, 2, 3], 3)], grad: 'check' },
    { label: 'no images', inputs: [nd([0, 3, 3, 1], []), nd([2, 2, 1, 1], [1, 2, 3, 4])] },
    { label: 'nan', inputs: [nd([1, 2, 2, 1], [1, NaN, 3, 4]), nd([1, 2, 1, 1], [1, 1])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'channels that do not fit',
      inputs: [{ shape: [1, 5, 5, 3] }, { shape: [3, 3, 4, 8] }],
      code: 'E_CONV_CHANNELS',
      says: /conv2d: the input has 3 channels, the filter takes 4 \(operands float32\[1, 5, 5, 3\], float32\[3, 3, 4, 8\]\)/,
    },
    {
      label: 'filters that the groups do not divide',
      inputs: [{ shape: [1, 5, 5, 4] }, { shape: [3, 3, 2, 3] }],
      rest: [{ groups: 2 }],
      code: 'E_CONV_CHANNELS',
      says: /3 filters cannot be cut into 2 groups/,
    },
    {
      label: 'an image without a batch',
      inputs: [{ shape: [5, 5, 3] }, { shape: [3, 3, 3, 8] }],
      code: 'E_RANK',
      says: /conv2d: x: expected rank 4 \[batch, height, width, channels\], got rank 3/,
    },
    {
      label: 'a flat filter',
      inputs: [{ shape: [1, 5, 5, 3] }, { shape: [3, 3, 3] }],
      code: 'E_RANK',
      says: /filter: expected rank 4 .*got rank 3/,
    },
    {
      label: 'a filter that does not fit',
      inputs: [{ shape: [1, 2, 2, 1] }, { shape: [3, 3, 1, 1] }],
      code: 'E_SHAPE',
      says: /a window over 3 places does not fit axis 1 of 2 elements/,
    },
    {
      label: 'a stride of 0',
      inputs: [{ shape: [1, 5, 5, 1] }, { shape: [3, 3, 1, 1] }],
      rest: [{ strides: 0 }],
      code: 'E_ATTRIBUTE',
      says: /strides: expected 2 whole numbers of at least 1, got \[0, 0\]/,
    },
    {
      label: 'an unknown padding',
      inputs: [{ shape: [1, 5, 5, 1] }, { shape: [3, 3, 1, 1] }],
      rest: [{ padding: 'full' }],
      code: 'E_ATTRIBUTE',
      says: /padding: expected 'valid', 'same' or a pair .*got full/,
    },
    {
      label: 'an unknown data format',
      inputs: [{ shape: [1, 5, 5, 1] }, { shape: [3, 3, 1, 1] }],
      rest: [{ dataFormat: 'HWC' }],
      code: 'E_ATTRIBUTE',
      says: /'NHWC' or 'NCHW', got HWC/,
    },
  ],
});

/** An array of small numbers with no pattern along its axes. */
function ramp(shape: readonly number[], step = 7): ReturnType<typeof nd> {
  const size = shape.reduce((a, b) => a * b, 1);
  return nd(
    shape,
    Array.from({ length: size }, (_, i) => (((i + 1) * step) % 11) - 4),
  );
}
