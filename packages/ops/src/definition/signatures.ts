/**
 * Types of the public functions of ops that share a form: what is known of the operands' shapes and dtypes flows into the
 * result, and shapes that cannot broadcast are rejected with a one-line message.
 */
import type { Broadcast, CheckBroadcast, DType, Shape, Tensor } from '@deft/core';
import type { TensorLike } from './convert.ts';

/** The shape of an operand as far as the types know it. */
export type ShapeOf<T> = T extends Tensor<infer S, infer _D> ? S : T extends number | boolean ? [] : Shape;

/** The dtype two operands meet in. */
export type DTypeOf<A, B> =
  A extends Tensor<infer _S, infer D>
    ? B extends Tensor<infer _T, infer E>
      ? [D] extends [E]
        ? D
        : DType
      : D
    : B extends Tensor<infer _T, infer E>
      ? E
      : 'float32';

/** Elementwise on one operand; shape and dtype stay. */
export interface Unary {
  <S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, D>;
  (x: TensorLike): Tensor<Shape, DType>;
}

/** Elementwise on one operand with a bool result. */
export interface UnaryTest {
  <S extends Shape>(x: Tensor<S, DType>): Tensor<S, 'bool'>;
  (x: TensorLike): Tensor<Shape, 'bool'>;
}

/** Elementwise on two broadcast operands. */
export type Binary = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
) => Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, DTypeOf<A, B>>;

/** Elementwise on two broadcast operands with a bool result. */
export type BinaryTest = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
) => Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, 'bool'>;

/** The dtype in which a function of real numbers computes: floats stay, integers become float32. */
export type FloatOf<D extends DType> = D extends 'float64' ? 'float64' : 'float32';

/** Elementwise on one operand, in real numbers. */
export interface UnaryFloat {
  <S extends Shape, D extends DType>(x: Tensor<S, D>): Tensor<S, FloatOf<D>>;
  (x: TensorLike): Tensor<Shape, DType>;
}

/** Elementwise on two broadcast operands, in real numbers. */
export type BinaryFloat = <const A extends TensorLike, const B extends TensorLike>(
  a: A,
  b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
) => Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, FloatOf<DTypeOf<A, B>>>;

/** Elementwise on one operand, in real numbers, with options. */
export interface UnaryFloatWith<Options> {
  <S extends Shape, D extends DType>(x: Tensor<S, D>, options?: Options): Tensor<S, FloatOf<D>>;
  (x: TensorLike, options?: Options): Tensor<Shape, DType>;
}
