/**
 * Types of functions that state a signature: the body sees tensors of the stated shapes and dtypes, and a call whose tensors are known
 * to the types not to fit is refused by them. What they do not know, the call decides.
 */
import type { DType, Mismatch, Shape, ShowShape, Tensor, TensorSpec } from '@deft/core';

/** An argument of a signature, as far as types follow it: a tensor, or a list or record of them. */
export type StatedArgument =
  | TensorSpec
  | undefined
  | null
  | readonly TensorSpec[]
  | { readonly [key: string]: TensorSpec };

type StatedTensor<T> = T extends TensorSpec<infer S, infer D> ? Tensor<S, D> : never;

/** An argument as the body sees it; anything where nothing is stated. */
type Stated<T> = T extends TensorSpec
  ? StatedTensor<T>
  : T extends undefined | null
    ? // biome-ignore lint/suspicious/noExplicitAny: the signature states nothing of it
      any
    : { -readonly [P in keyof T]: StatedTensor<T[P]> };

/** The arguments as the body sees them. */
export type StatedArguments<S extends readonly StatedArgument[]> = { -readonly [K in keyof S]: Stated<S[K]> };

/**
 * A function of the stated arguments. It is written as a method, whose parameters the compiler compares both ways: where nothing is
 * stated, a parameter may have any type that its author gives it.
 */
export type SignedBody<S extends readonly StatedArgument[], R> = {
  body(...args: StatedArguments<S>): R;
}['body'];

/** A dim fits unless both are numbers, and others. */
type DimFits<Found, Stated> = Stated extends string
  ? true
  : Found extends number
    ? number extends Found
      ? true
      : Found extends Stated
        ? true
        : false
    : true;

type DimsFit<Found extends readonly unknown[], Stated extends readonly unknown[]> = Stated extends readonly ['...']
  ? true
  : [Found, Stated] extends [readonly [infer F, ...infer Fs], readonly [infer T, ...infer Ts]]
    ? DimFits<F, T> extends true
      ? DimsFit<Fs, Ts>
      : false
    : [Found, Stated] extends [readonly [], readonly []]
      ? true
      : false;

type ShapeFits<Found extends Shape, Stated extends Shape> = number extends Found['length']
  ? true
  : DimsFit<Found, Stated>;

type DTypeFits<Found, Stated> = DType extends Found ? true : Found extends Stated ? true : false;

/** `float32[batch, 3]`, as at run time. */
type Text<S extends Shape, D extends DType> = DType extends D ? `a tensor ${ShowShape<S>}` : `${D}${ShowShape<S>}`;

type FittingTensor<A, T> =
  T extends TensorSpec<infer S, infer D>
    ? A extends Tensor<infer FoundShape, infer FoundDType>
      ? [ShapeFits<FoundShape, S>, DTypeFits<FoundDType, D>] extends [true, true]
        ? A
        : Mismatch<`expected ${Text<S, D>}, got ${Text<FoundShape, FoundDType>}`>
      : A
    : A;

type Fitting<A, T> = T extends TensorSpec
  ? FittingTensor<A, T>
  : T extends undefined | null
    ? A
    : { [P in keyof A]: P extends keyof T ? FittingTensor<A[P], T[P]> : A[P] };

/** Arguments, with a message in place of each tensor that does not fit. */
export type FittingArguments<A extends readonly unknown[], S extends readonly StatedArgument[]> = {
  [K in keyof A]: K extends keyof S ? Fitting<A[K], S[K]> : A[K];
};

/** As many arguments as are stated. */
type StatedCount<S extends readonly unknown[]> = { -readonly [K in keyof S]: unknown };

/** A function with a signature. */
export type SignedFunction<S extends readonly StatedArgument[], R> = <A extends StatedCount<S>>(
  ...args: A & FittingArguments<A, S>
) => R;
