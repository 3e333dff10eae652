/** `istft`: a signal from the Fourier transforms of its pieces. */
import {
  type Broadcast,
  type CheckBroadcast,
  nd,
  type OperationFunction,
  type ReplaceAxes,
  type Tensor,
} from '@deft/core';
import { broadcastTo } from './broadcast-to.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { requireRank } from './definition/rules.ts';
import { type ShortTimeOptions, shortTimeAttributes, windowValues } from './definition/short-time.ts';
import { withLength } from './definition/signal-length.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { divNoNan } from './div-no-nan.ts';
import { irfft } from './irfft.ts';
import { mul } from './mul.ts';
import { overlapAdd } from './overlap-add.ts';
import { square } from './square.ts';

type Istft = <const X extends TensorLike, const Y extends TensorLike>(
  real: X,
  imaginary: Y & CheckBroadcast<ShapeOf<X>, ShapeOf<Y>>,
  frameLength: number,
  frameStep: number,
  options?: ShortTimeOptions,
) => Tensor<ReplaceAxes<ReplaceAxes<Broadcast<ShapeOf<X>, ShapeOf<Y>>, -1, []>, -1, [number]>, FloatOfAll<X | Y>>;

/**
 * The signal whose `stft` with the same options comes closest, in the least squares sense, to these real and imaginary parts
 * `[…, pieces, fftLength / 2 + 1]`: pieces times the window, added up and divided by the sum of the squared windows. Where all
 * windows are 0 the signal is 0.
 *
 * @throws `E_RANK` below two axes, `E_ATTRIBUTE` for bad options, `E_BROADCAST` where the parts do not fit.
 * @example
 * ```ts
 * import { istft, ones, stft } from '@deft/tensor';
 * console.log(istft(...stft(ones([64]), 16, 8), 16, 8).shape); // [64]
 * ```
 */
export const istft: OperationFunction<Istft> = defineComposite({
  name: 'istft',
  inputs: ['real', 'imaginary'],
  doc: {
    group: 'signal',
    summary: 'The signal from the Fourier transforms of its pieces.',
    see: ['stft', 'irfft', 'overlapAdd'],
  },
  promote: 'float',
  arguments: (
    real: TensorLike,
    imaginary: TensorLike,
    frameLength: number,
    frameStep: number,
    options: ShortTimeOptions = {},
  ) => ({
    inputs: [real, imaginary],
    attributes: shortTimeAttributes('istft', frameLength, frameStep, options),
  }),
  compose: ([real, imaginary], attributes): Tensor => {
    requireRank('istft', 'real', real.abstract, 2, true);
    const { frameLength, frameStep, fftLength } = attributes;
    const values = windowValues(attributes, real);
    const pieces = mul(withLength(irfft(real, imaginary, fftLength), frameLength), values) as Tensor;
    const { shape } = pieces.abstract;
    const count = shape.at(-2) as number;
    const length = (count - 1) * frameStep + frameLength;
    const added = (x: Tensor): Tensor => overlapAdd(x, { axes: [x.rank - 2], shape: [length], strides: [frameStep] });
    const weights = added(broadcastTo(square(values) as Tensor, [count, frameLength]) as Tensor);
    return divNoNan(added(pieces), weights) as Tensor;
  },
  samples: [
    {
      label: 'two pieces',
      inputs: [nd([2, 3], [6, -2, 1, 3, 1, 2]), nd([2, 3], [0, 2, 0, 0, -1, 0])],
      rest: [4, 2, { window: 'hamming' }],
      grad: 'check',
    },
    {
      label: 'a stack, filled up',
      inputs: [nd([2, 1, 3], [6, -2, 1, 3, 1, 2]), nd([2, 1, 3], [0, 2, 0, 0, -1, 0])],
      rest: [3, 1, { window: 'rectangular' }],
      grad: 'check',
    },
    { label: 'no rows', inputs: [nd([0, 2, 3], []), nd([0, 2, 3], [])], rest: [4, 2] },
  ],
  errors: [
    {
      label: 'one piece',
      inputs: [{ shape: [3] }, { shape: [3] }],
      rest: [4, 2],
      code: 'E_RANK',
      says: /istft: real: expected at least rank 2/,
    },
    {
      label: 'no step',
      inputs: [{ shape: [2, 3] }, { shape: [2, 3] }],
      rest: [4, 0],
      code: 'E_ATTRIBUTE',
      says: /istft: frameStep: .*got 0/,
    },
  ],
});
