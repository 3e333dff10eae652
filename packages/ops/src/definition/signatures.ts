/**
 * Types of the public functions of ops that share a form: what is known of the operands' shapes and dtypes flows into the
 * result, and shapes that cannot broadcast are rejected with a one-line message.
 */
import type { Broadcast, CheckBroadcast, DType, Mismatch, Shape, ShowShape, Tensor, Unified } from '@deft/core';
import type { TensorLike } from './convert.ts';

/** The shape of an operand as far as the types know it. */
export type ShapeOf<T> = T extends Tensor<infer S, infer _D> ? S : T extends number | boolean ? [] : Shape;

/** The dtype of an operand as far as the types know it. */
export type DTypeOfOne<T> = T extends Tensor<infer _S, infer D> ? D : DType;

/** Dtypes that hold every JavaScript number, so that a number beside them takes theirs. */
export type FloatingDType = 'float16' | 'bfloat16' | 'float32' | 'float64';

/** The dtype of a tensor beside a number: an integer one becomes float32 where the number is not whole. */
type BesideNumber<D extends DType> = [D] extends [FloatingDType] ? D : D | 'float32';

/** The dtype two operands meet in. */
export type DTypeOf<A, B> =
  A extends Tensor<infer _S, infer D>
    ? B extends Tensor<infer _T, infer E>
      ? [D, E] extends [E, D]
        ? D
        : DType
      : BesideNumber<D>
    : B extends Tensor<infer _T, infer E>
      ? BesideNumber<E>
      : 'float32';

/** `unknown` when two shapes may be equal; else a one-line message. */
export type CheckSameShape<A extends Shape, B extends Shape> =
  Unified<A, B> extends undefined ? Mismatch<`shapes ${ShowShape<A>} and ${ShowShape<B>} differ`> : unknown;

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

/** Elementwise on two broadcast operands. The compiler shows the last overload's message, so that one has the check. */
export interface Binary {
  <S extends Shape, D extends FloatingDType>(a: Tensor<S, D>, b: number): Tensor<S, D>;
  <S extends Shape, D extends FloatingDType>(a: number, b: Tensor<S, D>): Tensor<S, D>;
  <const A extends TensorLike, const B extends TensorLike>(
    a: A,
    b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
  ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, DTypeOf<A, B>>;
}

/** Elementwise on two broadcast operands with a bool result. */
export interface BinaryTest {
  <S extends Shape>(a: Tensor<S, DType>, b: number): Tensor<S, 'bool'>;
  <S extends Shape>(a: number, b: Tensor<S, DType>): Tensor<S, 'bool'>;
  <const A extends TensorLike, const B extends TensorLike>(
    a: A,
    b: B & CheckBroadcast<ShapeOf<A>, ShapeOf<B>>,
  ): Tensor<Broadcast<ShapeOf<A>, ShapeOf<B>>, 'bool'>;
}

/** The dtype in which a function of real numbers computes: floats stay, integers become float32. */
export type FloatOf<D extends DType> = D extends FloatingDType | 'complex64' ? D : 'float32';

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

type TensorDTypes<T> = T extends Tensor<infer _S, infer D> ? D : T extends number | boolean ? never : 'float32';
type Single<D extends DType, All = D> = D extends DType ? ([All] extends [D] ? D : DType) : never;

/** The dtype in which several operands (a union of their types) meet; numbers take that of the tensors. */
export type DTypeOfAll<T> = [TensorDTypes<T>] extends [never] ? 'float32' : Single<TensorDTypes<T>>;

/** The same in real numbers. */
export type FloatOfAll<T> = FloatOf<DTypeOfAll<T>>;
