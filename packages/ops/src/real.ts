/** `real`: the real part of complex numbers. */
import { internal, nd, type OperationFunction, type Tensor } from '@deft/core';
import { complex } from './complex.ts';
import { type ComplexPart, inferPart, partReference, planeAt } from './definition/complex-part.ts';
import { complexSamples, realNumbersError } from './definition/complex-samples.ts';
import { definePrimitive } from './definition/define.ts';
import { zerosLike } from './zeros-like.ts';

/**
 * The real part of complex numbers.
 *
 * @throws `E_DTYPE` for real numbers.
 * @example
 * ```ts
 * import { complex, real, tensor } from '@deft/tensor';
 * console.log(real(complex(tensor([1, 2]), tensor([3, 4]))).toArray()); // [1, 2]
 * ```
 */
export const real: OperationFunction<ComplexPart> = definePrimitive({
  name: 'real',
  inputs: ['z'],
  doc: {
    group: 'complex',
    summary: 'The real part of complex numbers.',
    math: 'real(a + i·b) = a',
    see: ['complex', 'imag'],
  },
  infer: ([z]) => inferPart('real', z),
  jvp: (_, [dz]) => real(dz) as Tensor,
  vjp: (ct) => [complex(ct, zerosLike(ct)) as Tensor],
  batch: 'elementwise',
  lower: () => internal('kernels see the parts of complex numbers'),
  onPlanes: ([planes]) => [planeAt(planes as Tensor, 0)],
  reference: ([z]) => partReference(z, 0),
  samples: [
    { label: 'with its gradient', inputs: [nd([2], [1, 2, -3, 4], 'complex64')], grad: [[1, 0, 1, 0]] },
    ...complexSamples,
  ],
  errors: realNumbersError('real'),
});
