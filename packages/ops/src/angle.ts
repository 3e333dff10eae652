/** `angle`: the direction of complex numbers. */
import { isComplex, nd, type OperationFunction, type Shape, type Tensor } from '@deft/core';
import { atan2 } from './atan2.ts';
import { complexSamples } from './definition/complex-samples.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { imag } from './imag.ts';
import { real } from './real.ts';

type Angle = <S extends Shape>(z: Tensor<S> | TensorLike) => Tensor<S, 'float32'>;

/**
 * The angle between a complex number and the positive real axis, from −π to π. Real numbers have angle 0 or π.
 *
 * @example
 * ```ts
 * import { angle, complex, tensor } from '@deft/tensor';
 * console.log(angle(complex(tensor([1, 0]), tensor([0, 2]))).toArray()); // [0, 1.5707…]
 * ```
 */
export const angle: OperationFunction<Angle> = defineComposite({
  name: 'angle',
  inputs: ['z'],
  doc: {
    group: 'complex',
    summary: 'The angle between complex numbers and the positive real axis.',
    math: 'angle(a + i·b) = atan2(b, a)',
    notes: ['Real numbers have angle 0 or π.', 'The derivative at 0 is NaN.'],
    see: ['abs', 'polar'],
  },
  promote: 'float',
  compose: ([z]) => (isComplex(z.dtype) ? atan2(imag(z), real(z)) : atan2(0, z)) as Tensor,
  samples: [
    ...complexSamples,
    { label: 'all quadrants', inputs: [nd([4], [1, 1, -1, 1, -1, -1, 1, -1], 'complex64')] },
    { label: 'real numbers', inputs: [nd([3], [2, -1, 0.5])], grad: 'check' },
  ],
});
