/**
 * Types of transformed functions: what a gradient, a cotangent or a Jacobian of a nested structure looks like.
 */
import type { Tensor } from '@deft/core';

/** The gradient by an argument: of the argument's own structure; a number's is a scalar tensor. */
export type Gradient<T> = T extends number ? Tensor<[], 'float32'> : T;

/** The gradients by several arguments. */
export type Gradients<A extends readonly unknown[]> = { -readonly [K in keyof A]: Gradient<A[K]> };

/** The same structure with tensors of any shape. */
export type TensorsLike<T> = T extends Tensor
  ? Tensor
  : T extends (...args: never[]) => unknown
    ? T
    : T extends object
      ? { [K in keyof T]: TensorsLike<T[K]> }
      : T;

/** The derivatives of every tensor of `R` by every tensor of `X`. */
export type Jacobian<R, X> = R extends Tensor
  ? X extends Tensor | number
    ? Tensor
    : { [K in keyof X]: Jacobian<R, X[K]> }
  : { [K in keyof R]: Jacobian<R[K], X> };
