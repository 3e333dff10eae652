/** What `real` and `imag` share: a primitive that takes one part out of complex numbers. */
import {
  type AbstractValue,
  abstractValue,
  algebra,
  type NdArray,
  ndZeros,
  raise,
  type Shape,
  type Tensor,
} from '@deft/core';
import type { TensorLike } from './convert.ts';

/** A part of complex numbers. */
export interface ComplexPart {
  <S extends Shape>(z: Tensor<S, 'complex64'>): Tensor<S, 'float32'>;
  (z: TensorLike): Tensor<Shape, 'float32'>;
}

/** The shape rule. Throws `E_DTYPE` for real numbers. */
export function inferPart(op: string, z: AbstractValue): AbstractValue {
  if (z.dtype !== 'complex64') {
    raise('E_DTYPE', {
      op,
      says: `expected complex input, got ${z.dtype}`,
      operands: [z],
      hint: 'real numbers are their own real part',
    });
  }
  return abstractValue(z.shape, 'float32');
}

/** One of the float32 arrays that stand for complex numbers. */
export function planeAt(planes: Tensor, part: 0 | 1): Tensor {
  return algebra().unstack(planes)[part] as Tensor;
}

/** The part on the host. */
export function partReference(z: NdArray, part: 0 | 1): NdArray {
  const array = ndZeros(z.shape);
  for (let i = 0; i < array.data.length; i++) array.data[i] = z.data[2 * i + part] as number;
  return array;
}

/** Real and imaginary part of complex numbers. */
export function partsOf(z: Tensor): [re: Tensor, im: Tensor] {
  const [re, im] = algebra().parts(z);
  return [re, im];
}
