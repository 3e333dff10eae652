/** `stft`: the Fourier transforms of the pieces of a signal. */
import { nd, type OperationFunction, type ReplaceAxes, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { floating, requireRank } from './definition/rules.ts';
import { type ShortTimeOptions, shortTimeAttributes, windowValues } from './definition/short-time.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { frame } from './frame.ts';
import { mul } from './mul.ts';
import { rfft } from './rfft.ts';

/**
 * The short-time Fourier transform along the last axis: `rfft` of every piece of `frameLength` elements, `frameStep` apart,
 * times a window. From `[…, length]` to real and imaginary parts `[…, pieces, fftLength / 2 + 1]`.
 *
 * @throws `E_RANK` for a scalar, `E_ATTRIBUTE` for bad options, `E_SHAPE` where no piece fits.
 * @example
 * ```ts
 * import { ones, stft } from '@deft/tensor';
 * const [real] = stft(ones([100]), 16, 8);
 * console.log(real.shape); // [11, 9]
 * ```
 */
export const stft: OperationFunction<
  <const X extends TensorLike>(
    x: X,
    frameLength: number,
    frameStep: number,
    options?: ShortTimeOptions,
  ) => readonly [
    real: Tensor<ReplaceAxes<ShapeOf<X>, -1, [number, number]>, FloatOf<DTypeOfOne<X>>>,
    imaginary: Tensor<ReplaceAxes<ShapeOf<X>, -1, [number, number]>, FloatOf<DTypeOfOne<X>>>,
  ]
> = defineComposite({
  name: 'stft',
  inputs: ['x'],
  multipleResults: true,
  doc: {
    group: 'signal',
    summary: 'The Fourier transforms of overlapping pieces of a signal.',
    see: ['istft', 'rfft', 'frame', 'hannWindow'],
  },
  promote: 'float',
  arguments: (x: TensorLike, frameLength: number, frameStep: number, options: ShortTimeOptions = {}) => ({
    inputs: [x],
    attributes: shortTimeAttributes('stft', frameLength, frameStep, options),
  }),
  compose: ([x], attributes): readonly Tensor[] => {
    requireRank('stft', 'x', x.abstract, 1, true);
    floating('stft', x.abstract);
    const pieces = frame(x, attributes.frameLength, attributes.frameStep);
    return rfft(mul(pieces, windowValues(attributes, x)) as Tensor, attributes.fftLength);
  },
  samples: [
    { label: 'a signal', inputs: [nd([8], [1, 2, 3, 4, 5, -1, -2, 0])], rest: [4, 2], grad: 'check' },
    {
      label: 'rows, another window, filled up',
      inputs: [nd([2, 5], [1, 2, 3, 4, 5, -1, -2, 0, 3, 1])],
      rest: [3, 1, { fftLength: 5, window: 'hamming' }],
      grad: 'check',
    },
    { label: 'no window', inputs: [nd([4], [1, 2, 3, 4])], rest: [2, 2, { window: 'rectangular' }], grad: 'check' },
    { label: 'no rows', inputs: [nd([0, 4], [])], rest: [2, 2] },
  ],
  errors: [
    {
      label: 'a scalar',
      inputs: [{ shape: [] }],
      rest: [2, 1],
      code: 'E_RANK',
      says: /stft: x: expected at least rank 1/,
    },
    {
      label: 'an unknown window',
      inputs: [{ shape: [4] }],
      rest: [2, 1, { window: 'square' }],
      code: 'E_ATTRIBUTE',
      says: /stft: window: expected 'hann'.*got square/,
    },
    {
      label: 'a transform shorter than the pieces',
      inputs: [{ shape: [8] }],
      rest: [4, 1, { fftLength: 2 }],
      code: 'E_ATTRIBUTE',
      says: /stft: fftLength: .*at least 4, got 2/,
    },
  ],
});
