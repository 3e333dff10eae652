/** `conj`: complex numbers mirrored at the real axis. */
import { isComplex, nd, type OperationFunction, type Tensor } from '@deft/core';
import { complex } from './complex.ts';
import { complexSamples } from './definition/complex-samples.ts';
import { defineComposite } from './definition/define.ts';
import { numeric } from './definition/rules.ts';
import type { Unary } from './definition/signatures.ts';
import { imag } from './imag.ts';
import { neg } from './neg.ts';
import { real } from './real.ts';

/**
 * Complex numbers with the sign of their imaginary part changed. Real numbers stay as they are.
 *
 * @throws `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { complex, conj, tensor } from '@deft/tensor';
 * console.log(conj(complex(tensor([1, 2]), tensor([3, -4]))).toArray()); // [[1, -3], [2, 4]]
 * ```
 */
export const conj: OperationFunction<Unary> = defineComposite({
  name: 'conj',
  inputs: ['z'],
  doc: {
    group: 'complex',
    summary: 'Complex numbers mirrored at the real axis.',
    math: 'conj(a + i·b) = a − i·b',
    notes: ['Real numbers stay as they are.'],
    see: ['complex', 'angle'],
  },
  compose: ([z]) => {
    numeric('conj', z.abstract);
    return isComplex(z.dtype) ? (complex(real(z), neg(imag(z))) as Tensor) : z;
  },
  samples: [
    { label: 'with its gradient', inputs: [nd([2], [1, 2, -3, 4], 'complex64')], grad: [[1, 0, 1, 0]] },
    ...complexSamples,
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /conj: expected numeric input, got bool/,
    },
  ],
});
