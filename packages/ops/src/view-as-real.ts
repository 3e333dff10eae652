/** `viewAsReal`: complex numbers as pairs of real numbers. */
import { type InsertAxis, nd, type OperationFunction, type Tensor } from '@deft/core';
import { inferPart } from './definition/complex-part.ts';
import { complexSamples, realNumbersError } from './definition/complex-samples.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { imag } from './imag.ts';
import { real } from './real.ts';
import { stack } from './stack.ts';

/**
 * The real and imaginary parts of complex numbers along a new last axis.
 *
 * @throws `E_DTYPE` for real numbers.
 * @example
 * ```ts
 * import { complex, tensor, viewAsReal } from '@deft/tensor';
 * console.log(viewAsReal(complex(tensor([1, 2]), tensor([3, 4]))).toArray()); // [[1, 3], [2, 4]]
 * ```
 */
export const viewAsReal: OperationFunction<
  <const X extends TensorLike>(x: X) => Tensor<InsertAxis<ShapeOf<X>, -1, 2>, 'float32'>
> = defineComposite({
  name: 'viewAsReal',
  inputs: ['z'],
  doc: {
    group: 'complex',
    summary: 'Complex numbers as pairs of real numbers along a new last axis.',
    see: ['viewAsComplex', 'real', 'imag'],
  },
  compose: ([z]) => {
    inferPart('viewAsReal', z.abstract);
    return stack([real(z), imag(z)], -1) as Tensor;
  },
  samples: [
    { label: 'with its gradient', inputs: [nd([2], [1, 2, -3, 4], 'complex64')], grad: [[1, 1, 1, 1]] },
    ...complexSamples,
  ],
  errors: realNumbersError('viewAsReal'),
});
