/** `ifft`: the inverse discrete Fourier transform. */
import { type Broadcast, type CheckBroadcast, nd, type OperationFunction, type Tensor } from '@deft/core';
import { alongLast, sameShapeParts } from './definition/complex-parts.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { checkWhole } from './definition/operand.ts';
import { requireRank } from './definition/rules.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { div } from './div.ts';
import { fourierTransform } from './fourier-transform.ts';

type Ifft = <const X extends TensorLike, const Y extends TensorLike = number>(
  real: X,
  imaginary?: Y & CheckBroadcast<ShapeOf<X>, ShapeOf<Y>>,
  axis?: number,
) => readonly [
  real: Tensor<Broadcast<ShapeOf<X>, ShapeOf<Y>>, FloatOfAll<X | Y>>,
  imaginary: Tensor<Broadcast<ShapeOf<X>, ShapeOf<Y>>, FloatOfAll<X | Y>>,
];

/**
 * The inverse discrete Fourier transform along an axis (the last unless told), of any length. Complex numbers are real and imaginary
 * parts, which broadcast against each other; without an imaginary part it is 0.
 *
 * @throws `E_RANK` for a scalar, `E_AXIS`, `E_BROADCAST` where the parts do not fit.
 * @example
 * ```ts
 * import { ifft, tensor } from '@deft/tensor';
 * const [real] = ifft(tensor([1, 1, 1, 1]), 0);
 * console.log(real.toArray()); // [1, 0, 0, 0]
 * ```
 */
export const ifft: OperationFunction<Ifft> = defineComposite({
  name: 'ifft',
  inputs: ['real', 'imaginary'],
  multipleResults: true,
  doc: {
    group: 'signal',
    summary: 'The inverse discrete Fourier transform along an axis.',
    math: 'y[k] = 1/n · Σ x[j] · exp(2πi · j · k / n)',
    notes: ['Real and imaginary parts are two tensors; one complex tensor stands for both.'],
    see: ['fft', 'rfft', 'fft2'],
  },
  promote: 'float',
  arguments: (real: TensorLike, imaginary: TensorLike = 0, axis = -1) => {
    checkWhole('ifft', 'axis', axis);
    return { inputs: [real, imaginary], attributes: { axis } };
  },
  compose: ([real, imaginary], { axis }): readonly Tensor[] => {
    requireRank('ifft', 'real', real.abstract, 1, true);
    return alongLast('ifft', sameShapeParts('ifft', [real, imaginary]), axis, ([re, im]) => {
      const n = re.abstract.shape.at(-1) as number;
      const [back, front] = fourierTransform(im, re);
      return [div(front, n) as Tensor, div(back, n) as Tensor];
    });
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
      says: /ifft: real: expected at least rank 1/,
    },
    {
      label: 'parts that do not fit',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /ifft: real and imaginary parts do not broadcast together/,
    },
    {
      label: 'out of range',
      inputs: [{ shape: [2] }, { shape: [2] }],
      rest: [1],
      code: 'E_AXIS',
      says: /ifft: .*got 1/,
    },
  ],
});
