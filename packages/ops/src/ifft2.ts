/** `ifft2`: the inverse discrete Fourier transform over two axes. */
import { type Broadcast, type CheckBroadcast, nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { requireRank } from './definition/rules.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { ifft } from './ifft.ts';

type Fft2 = <const X extends TensorLike, const Y extends TensorLike = number>(
  real: X,
  imaginary?: Y & CheckBroadcast<ShapeOf<X>, ShapeOf<Y>>,
) => readonly [
  real: Tensor<Broadcast<ShapeOf<X>, ShapeOf<Y>>, FloatOfAll<X | Y>>,
  imaginary: Tensor<Broadcast<ShapeOf<X>, ShapeOf<Y>>, FloatOfAll<X | Y>>,
];

/**
 * The inverse discrete Fourier transform over the last two axes: `ifft` along one, then along the other.
 *
 * @throws `E_RANK` below two axes, `E_BROADCAST` where the parts do not fit.
 * @example
 * ```ts
 * import { ifft2, ones } from '@deft/tensor';
 * const [real] = ifft2(ones([2, 2]));
 * console.log(real.toArray()); // [[1, 0], [0, 0]]
 * ```
 */
export const ifft2: OperationFunction<Fft2> = defineComposite({
  name: 'ifft2',
  inputs: ['real', 'imaginary'],
  multipleResults: true,
  doc: {
    group: 'signal',
    summary: 'The inverse discrete Fourier transform over the last two axes.',
    see: ['ifft', 'fft2'],
  },
  promote: 'float',
  arguments: (real: TensorLike, imaginary: TensorLike = 0) => ({ inputs: [real, imaginary], attributes: {} }),
  compose: ([real, imaginary]): readonly Tensor[] => {
    requireRank('ifft2', 'real', real.abstract, 2, true);
    return ifft(...ifft(real, imaginary, -1), -2);
  },
  samples: [
    {
      label: 'a matrix',
      inputs: [nd([2, 3], [1, 2, 3, 4, 0, -2]), nd([2, 3], [0, 1, -1, 2, 5, 1])],
      grad: 'check',
    },
    {
      label: 'a stack, nothing imaginary',
      inputs: [nd([2, 2, 2], [1, 2, 3, 4, 0, -2, 5, 6]), nd([], [0])],
      grad: 'check',
    },
    { label: 'empty', inputs: [nd([0, 2, 2], []), nd([], [0])] },
  ],
  errors: [
    {
      label: 'vectors',
      inputs: [{ shape: [2] }, { shape: [2] }],
      code: 'E_RANK',
      says: /ifft2: real: expected at least rank 2/,
    },
  ],
});
