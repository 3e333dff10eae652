/** `imag`: the imaginary part of complex numbers. */
import { internal, nd, type OperationFunction, type Tensor } from '@deft/core';
import { complex } from './complex.ts';
import { type ComplexPart, inferPart, partReference, planeAt } from './definition/complex-part.ts';
import { complexSamples, realNumbersError } from './definition/complex-samples.ts';
import { definePrimitive } from './definition/define.ts';
import { zerosLike } from './zeros-like.ts';

/**
 * The imaginary part of complex numbers.
 *
 * @throws `E_DTYPE` for real numbers.
 * @example
 * ```ts
 * import { complex, imag, tensor } from '@deft/tensor';
 * console.log(imag(complex(tensor([1, 2]), tensor([3, 4]))).toArray()); // [3, 4]
 * ```
 */
export const imag: OperationFunction<ComplexPart> = definePrimitive({
  name: 'imag',
  inputs: ['z'],
  doc: {
    group: 'complex',
    summary: 'The imaginary part of complex numbers.',
    math: 'imag(a + i·b) = b',
    see: ['complex', 'real'],
  },
  infer: ([z]) => inferPart('imag', z),
  jvp: (_, [dz]) => imag(dz) as Tensor,
  vjp: (ct) => [complex(zerosLike(ct), ct) as Tensor],
  batch: 'elementwise',
  lower: () => internal('kernels see the parts of complex numbers'),
  onPlanes: ([planes]) => [planeAt(planes as Tensor, 1)],
  reference: ([z]) => partReference(z, 1),
  samples: [
    { label: 'with its gradient', inputs: [nd([2], [1, 2, -3, 4], 'complex64')], grad: [[0, 1, 0, 1]] },
    ...complexSamples,
  ],
  errors: realNumbersError('imag'),
});
