/** `conv1d`: convolution of sequences with filters. */
import { type DimAt, nd, type OperationFunction, raise, type Tensor } from '@deft/core';
import { conv2d } from './conv2d.ts';
import type { TensorLike } from './definition/convert.ts';
import type { CheckChannels, CheckRank, Convolved, Open1 } from './definition/convolution-types.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import { requireRank } from './definition/rules.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { checkPadding, type Padding } from './definition/window-geometry.ts';
import { expandDims } from './expand-dims.ts';
import { squeeze } from './squeeze.ts';
import { transpose } from './transpose.ts';

/** Options of `conv1d`. */
export interface Conv1dOptions<F extends 'NWC' | 'NCW' = 'NWC' | 'NCW', G extends number = number> {
  /** Steps from one window to the next; 1 unless told. */
  readonly stride?: number;
  /** `'valid'` (no padding) unless told, `'same'`, `'causal'` (no element sees later ones), or one pair `[[before, after]]`. */
  readonly padding?: Padding | 'causal';
  /** Steps from one element of a filter to the next; 1 unless told. */
  readonly dilation?: number;
  /** Into how many groups the channels are cut; 1 unless told. */
  readonly groups?: G;
  /** `'NWC'` (channels last) unless told. */
  readonly dataFormat?: F;
}

type Conv1d = <
  const X extends TensorLike,
  const K extends TensorLike,
  const F extends 'NWC' | 'NCW' = 'NWC',
  const G extends number = 1,
>(
  x: X & CheckRank<ShapeOf<X>, 3>,
  filter: K & CheckRank<ShapeOf<K>, 3> & CheckChannels<ShapeOf<X>, ShapeOf<K>, F, G, -2>,
  options?: Conv1dOptions<F, G>,
) => Tensor<Convolved<ShapeOf<X>, DimAt<ShapeOf<K>, -1>, F, Open1>, FloatOfAll<X | K>>;

/**
 * Slides filters over sequences. `x` is `[batch, length, channels]`, the filter `[length, channels / groups, filters]`, the
 * result `[batch, length, filters]`; sizes follow the formula of `conv2d`.
 *
 * @throws `E_RANK`, `E_CONV_CHANNELS`, `E_SHAPE`, `E_ATTRIBUTE` as `conv2d` does.
 * @example
 * ```ts
 * import { conv1d, ones } from '@deft/tensor';
 * console.log(conv1d(ones([1, 10, 2]), ones([3, 2, 4])).shape); // [1, 8, 4]
 * ```
 */
export const conv1d: OperationFunction<Conv1d> = defineComposite({
  name: 'conv1d',
  inputs: ['x', 'filter'],
  doc: {
    group: 'convolution',
    summary: 'Slides filters over sequences (cross-correlation).',
    math: 'conv1d(x, f)[n, i, o] = Σ x[n, i · S + r · D − P, c] · f[r, c, o] over r, c',
    notes: [
      'L = floor((W − F + P) / S) + 1 elements along a sequence of W elements with padding P, filters of F elements and stride S.',
    ],
    see: ['conv2d'],
  },
  promote: 'float',
  arguments: (x: TensorLike, filter: TensorLike, options: Conv1dOptions = {}) => {
    const { stride = 1, padding = 'valid', dilation = 1, groups = 1, dataFormat = 'NWC' } = options;
    checkWhole('conv1d', 'stride', stride, 1);
    checkWhole('conv1d', 'dilation', dilation, 1);
    checkWhole('conv1d', 'groups', groups, 1);
    if (padding !== 'causal') checkPadding('conv1d', padding, 1);
    if (dataFormat !== 'NWC' && dataFormat !== 'NCW') {
      raise('E_ATTRIBUTE', {
        op: 'conv1d',
        argument: 'dataFormat',
        expected: "'NWC' or 'NCW'",
        found: String(dataFormat),
      });
    }
    return {
      inputs: [x, filter],
      attributes: { stride, padding, dilation, groups, channelsLast: dataFormat === 'NWC' },
    };
  },
  compose: ([x, filter], { stride, padding, dilation, groups, channelsLast }): Tensor => {
    requireRank('conv1d', 'x', x.abstract, 3);
    requireRank('conv1d', 'filter', filter.abstract, 3);
    const reach = ((filter.abstract.shape[0] as number) - 1) * dilation;
    const around: Padding = padding === 'causal' ? [[reach, 0]] : padding;
    const rows = expandDims(channelsLast ? x : transpose(x, [0, 2, 1]), 1) as Tensor;
    const result = conv2d(rows, expandDims(filter, 0) as Tensor, {
      strides: [1, stride],
      padding: typeof around === 'string' ? around : [[0, 0], ...around],
      dilation: [1, dilation],
      groups,
    });
    const sequences = squeeze(result, 1) as Tensor;
    return channelsLast ? sequences : transpose(sequences, [0, 2, 1]);
  },
  samples: [
    { label: 'valid', inputs: [nd([1, 4, 1], [1, 2, 3, 4]), nd([2, 1, 2], [1, -1, 2, 3])], grad: 'check' },
    {
      label: 'same',
      inputs: [nd([1, 4, 1], [1, 2, 3, 4]), nd([3, 1, 1], [1, -1, 2])],
      rest: [{ padding: 'same' }],
      grad: 'check',
    },
    {
      label: 'causal, dilated',
      inputs: [nd([1, 4, 1], [1, 2, 3, 4]), nd([3, 1, 1], [1, -1, 2])],
      rest: [{ padding: 'causal', dilation: 2 }],
      grad: 'check',
    },
    {
      label: 'stride and padding',
      inputs: [nd([1, 4, 1], [1, 2, 3, 4]), nd([2, 1, 1], [1, -1])],
      rest: [{ stride: 2, padding: [[1, 1]] }],
      grad: 'check',
    },
    {
      label: 'dilation',
      inputs: [nd([1, 4, 1], [1, 2, 3, 4]), nd([2, 1, 1], [1, -1])],
      rest: [{ dilation: 2 }],
      grad: 'check',
    },
    {
      label: 'channels first, groups',
      inputs: [nd([1, 2, 3], [1, 2, 3, 4, 5, 6]), nd([2, 1, 2], [1, -1, 2, 3])],
      rest: [{ dataFormat: 'NCW', groups: 2 }],
      grad: 'check',
    },
  ],
  errors: [
    {
      label: 'a flat sequence',
      inputs: [{ shape: [5, 3] }, { shape: [3, 3, 8] }],
      code: 'E_RANK',
      says: /conv1d: x: expected rank 3, got rank 2/,
    },
    {
      label: 'channels that do not fit',
      inputs: [{ shape: [1, 5, 3] }, { shape: [3, 4, 8] }],
      code: 'E_CONV_CHANNELS',
      says: /the input has 3 channels, the filter takes 4/,
    },
    {
      label: 'a stride of 0',
      inputs: [{ shape: [1, 5, 3] }, { shape: [3, 3, 8] }],
      rest: [{ stride: 0 }],
      code: 'E_ATTRIBUTE',
      says: /conv1d: stride: .*got 0/,
    },
  ],
});
