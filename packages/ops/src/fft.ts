/** `fft`: the discrete Fourier transform. */
import { type Broadcast, type CheckBroadcast, nd, type OperationFunction, type Tensor } from '@deft/core';
import { alongLast, sameShapeParts } from './definition/complex-parts.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import { requireRank } from './definition/rules.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { fourierTransform } from './fourier-transform.ts';

type Fft = <const X extends TensorLike, const Y extends TensorLike = number>(
  real: X,
  imaginary?: Y & CheckBroadcast<ShapeOf<X>, ShapeOf<Y>>,
  axis?: number,
) => readonly [
  real: Tensor<Broadcast<ShapeOf<X>, ShapeOf<Y>>, FloatOfAll<X | Y>>,
  imaginary: Tensor<Broadcast<ShapeOf<X>, ShapeOf<Y>>, FloatOfAll<X | Y>>,
];

/**
 * The discrete Fourier transform along an axis (the last unless told), of any length. Complex numbers are real and imaginary
 * parts, which broadcast against each other, or one complex tensor; without an imaginary part it is 0. The result is its two
 * parts, which `complex` puts together.
 *
 * @throws `E_RANK` for a scalar, `E_AXIS`, `E_BROADCAST` where the parts do not fit.
 * @example
 * ```ts
 * import { fft, tensor } from '@deft/tensor';
 * const [real, imaginary] = fft(tensor([1, 0, 0, 0]));
 * console.log(real.toArray(), imaginary.toArray()); // [1, 1, 1, 1] [0, 0, 0, 0]
 * ```
 */
export const fft: OperationFunction<Fft> = defineComposite({
  name: 'fft',
  inputs: ['real', 'imaginary'],
  multipleResults: true,
  doc: {
    group: 'signal',
    summary: 'The discrete Fourier transform along an axis.',
    math: 'y[k] = Σ x[j] · exp(−2πi · j · k / n)',
    notes: ['Real and imaginary parts are two tensors; one complex tensor stands for both.'],
    see: ['ifft', 'rfft', 'fft2'],
  },
  promote: 'float',
  arguments: (real: TensorLike, imaginary: TensorLike = 0, axis = -1) => {
    checkWhole('fft', 'axis', axis);
    return { inputs: [real, imaginary], attributes: { axis } };
  },
  compose: ([real, imaginary], { axis }): readonly Tensor[] => {
    requireRank('fft', 'real', real.abstract, 1, true);
    return alongLast('fft', sameShapeParts('fft', [real, imaginary]), axis, ([re, im]) => fourierTransform(re, im));
  },
  samples: [
    { label: 'a vector', inputs: [nd([6], [1, 2, 3, 4, 0, -2]), nd([6], [0, 1, -1, 2, 5, 1])], grad: 'check' },
    { label: 'columns', inputs: [nd([3, 2], [1, 2, 3, 4, 0, -2]), nd([3, 1], [0, 1, -1])], rest: [0], grad: 'check' },
    { label: 'nothing imaginary', inputs: [nd([7], [1, 2, 3, 4, 0, -2, 5]), nd([], [0])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32'), nd([2], [3, 4], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], []), nd([0, 4], [])] },
  ],
  errors: [
    {
      label: 'scalars',
      inputs: [{ shape: [] }, { shape: [] }],
      code: 'E_RANK',
      says: /fft: real: expected at least rank 1/,
    },
    {
      label: 'parts that do not fit',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /fft: real and imaginary parts do not broadcast together/,
    },
    {
      label: 'out of range',
      inputs: [{ shape: [2] }, { shape: [2] }],
      rest: [1],
      code: 'E_AXIS',
      says: /fft: .*got 1/,
    },
  ],
});
