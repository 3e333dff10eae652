/** `irfft`: the inverse of `rfft`. */
import {
  type Broadcast,
  type CheckBroadcast,
  nd,
  type OperationFunction,
  type ReplaceAxes,
  type Tensor,
} from '@deft/core';
import { concat } from './concat.ts';
import { type Parts, sameShapeParts } from './definition/complex-parts.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import { requireRank } from './definition/rules.ts';
import { withLength } from './definition/signal-length.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { div } from './div.ts';
import { flip } from './flip.ts';
import { fourierTransform } from './fourier-transform.ts';
import { neg } from './neg.ts';
import { slice } from './slice.ts';

type Irfft = <const X extends TensorLike, const Y extends TensorLike>(
  real: X,
  imaginary: Y & CheckBroadcast<ShapeOf<X>, ShapeOf<Y>>,
  fftLength?: number,
) => Tensor<ReplaceAxes<Broadcast<ShapeOf<X>, ShapeOf<Y>>, -1, [number]>, FloatOfAll<X | Y>>;

/**
 * The real numbers whose `rfft` along the last axis has these real and imaginary parts. `fftLength` says how many there
 * were; 2 · (n − 1) unless told.
 *
 * @throws `E_RANK` for scalars, `E_ATTRIBUTE` for a length below 1, `E_BROADCAST` where the parts do not fit.
 * @example
 * ```ts
 * import { irfft, rfft, tensor } from '@deft/tensor';
 * console.log(irfft(...rfft(tensor([1, 2, 3, 4]))).toArray().map(Math.round)); // [1, 2, 3, 4]
 * ```
 */
export const irfft: OperationFunction<Irfft> = defineComposite({
  name: 'irfft',
  inputs: ['real', 'imaginary'],
  doc: {
    group: 'signal',
    summary: 'The inverse of the Fourier transform of real numbers.',
    see: ['rfft', 'ifft', 'istft'],
  },
  promote: 'float',
  arguments: (real: TensorLike, imaginary: TensorLike, fftLength = -1) => {
    if (fftLength !== -1) checkWhole('irfft', 'fftLength', fftLength, 1);
    return { inputs: [real, imaginary], attributes: { fftLength } };
  },
  compose: ([real, imaginary], { fftLength }): Tensor => {
    requireRank('irfft', 'real', real.abstract, 1, true);
    const given = sameShapeParts('irfft', [real, imaginary]);
    const length = fftLength === -1 ? Math.max(1, 2 * ((given[0].abstract.shape.at(-1) as number) - 1)) : fftLength;
    const half = Math.floor(length / 2) + 1;
    const [re, im] = given.map((part) => withLength(part, half)) as unknown as Parts;
    // The other half are the conjugates, in reverse order, of all but the first (and the middle one).
    const mirrored = (part: Tensor): Tensor => {
      const { shape } = part.abstract;
      const begin = shape.map((_, axis) => (axis === shape.length - 1 ? 1 : 0));
      const rest = slice(part, begin, [...shape.slice(0, -1), length - half]) as Tensor;
      return flip(rest, -1) as Tensor;
    };
    const whole = [concat([re, mirrored(re)], -1), concat([im, neg(mirrored(im)) as Tensor], -1)] as unknown as Parts;
    return div(fourierTransform(whole[1], whole[0])[1], length) as Tensor;
  },
  samples: [
    { label: 'even', inputs: [nd([3], [10, -2, -2]), nd([3], [0, 2, 0])], grad: 'check' },
    { label: 'odd', inputs: [nd([2, 2], [6, -1, 3, 2]), nd([2, 2], [0, 1, 0, -2])], rest: [3], grad: 'check' },
    { label: 'filled up', inputs: [nd([2], [6, -1]), nd([2], [0, 1])], rest: [6], grad: 'check' },
    { label: 'one', inputs: [nd([1], [6]), nd([1], [0])], rest: [1], grad: 'check' },
    { label: 'no rows', inputs: [nd([0, 3], []), nd([0, 3], [])] },
  ],
  errors: [
    {
      label: 'scalars',
      inputs: [{ shape: [] }, { shape: [] }],
      code: 'E_RANK',
      says: /irfft: real: expected at least rank 1/,
    },
    {
      label: 'a length of 0',
      inputs: [{ shape: [3] }, { shape: [3] }],
      rest: [0],
      code: 'E_ATTRIBUTE',
      says: /irfft: fftLength: .*got 0/,
    },
  ],
});
