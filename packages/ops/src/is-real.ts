/** `isReal`: whether numbers lie on the real axis. */
import { isComplex, nd, type OperationFunction, type Tensor } from '@deft/core';
import { complexSamples } from './definition/complex-samples.ts';
import { defineComposite } from './definition/define.ts';
import type { UnaryTest } from './definition/signatures.ts';
import { equal } from './equal.ts';
import { imag } from './imag.ts';
import { onesLike } from './ones-like.ts';

/**
 * Whether the imaginary part is 0. True for every real number.
 *
 * @example
 * ```ts
 * import { complex, isReal, tensor } from '@deft/tensor';
 * console.log(isReal(complex(tensor([1, 2]), tensor([0, 1]))).toArray()); // [true, false]
 * ```
 */
export const isReal: OperationFunction<UnaryTest> = defineComposite({
  name: 'isReal',
  inputs: ['x'],
  doc: {
    group: 'complex',
    summary: 'Whether numbers lie on the real axis.',
    notes: ['True for every real number, NaN included.'],
    see: ['imag'],
  },
  nonDifferentiable: 'it gives truth values',
  compose: ([x]) => (isComplex(x.dtype) ? equal(imag(x), 0) : onesLike(x, 'bool')) as Tensor,
  samples: [
    ...complexSamples,
    { label: 'some real', inputs: [nd([3], [1, 0, 2, 3, 0, -0], 'complex64')] },
    { label: 'real numbers', inputs: [nd([2], [1, NaN])] },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32')] },
  ],
});
