/** What ops that make tensors out of shapes share: their types. */
import type { DType, Shape, Tensor } from '@deft/core';
import type { TensorLike } from './convert.ts';

/** Makes a tensor of a shape; float32 unless told. */
export interface Creation {
  <const S extends Shape, D extends DType = 'float32'>(shape: S, dtype?: D): Tensor<S, D>;
  <D extends DType = 'float32'>(shape: readonly number[], dtype?: D): Tensor<Shape, D>;
}

/** Makes a tensor of the shape of another, and of its dtype unless told. */
export interface CreationLike {
  <S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, D>;
  <S extends Shape, E extends DType>(x: Tensor<S>, dtype: E): Tensor<S, E>;
  (x: TensorLike, dtype?: DType): Tensor;
}
