/**
 * Types of functions that state a signature: the body sees tensors of the stated shapes and dtypes, and a call whose tensors are known
 * to the types not to fit is refused by them. What they do not know, the call decides.
 */
import type { DType, Mismatch, Shape, Tensor, TensorSpec } from '@deft/core';

/** An argument of a signature, as far as types follow it: a tensor, or a list or record of them. */
export type StatedArgument =
  | TensorSpec
  | undefined
  | null
  | readonly TensorSpec[]
  | { readonly [key: string]: TensorSpec };

type StatedTensor<T> = T extends TensorSpec<infer S, infer D> ? Tensor<S, D> : never;

/** The arguments as the body sees them; anything where nothing is stated. */
export type StatedArguments<S extends readonly StatedArgument[]> = {
  -readonly [K in keyof S]: S[K] extends TensorSpec
    ? StatedTensor<S[K]>
    : S[K] extends undefined | null
      ? // biome-ignore lint/suspicious/noExplicitAny: the signature states nothing of it
        any
      : { -readonly [P in keyof S[K]]: StatedTensor<S[K][P]> };
};

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

type Fitting<A, T> =
  T extends TensorSpec<infer S, infer D>
    ? A extends Tensor<infer FoundShape, infer FoundDType>
      ? [ShapeFits<FoundShape, S>, DTypeFits<FoundDType, D>] extends [true, true]
        ? A
        : Mismatch<'the tensor does not fit the signature'>
      : A
    : A;

/** Arguments, with a message in place of each that does not fit. */
export type FittingArguments<A extends readonly unknown[], S extends readonly StatedArgument[]> = {
  [K in keyof A]: K extends keyof S ? Fitting<A[K], S[K]> : A[K];
};

/** As many arguments as are stated. */
type StatedCount<S extends readonly unknown[]> = { -readonly [K in keyof S]: unknown };

/** A function with a signature. */
export type SignedFunction<S extends readonly StatedArgument[], R> = <A extends StatedCount<S>>(
  ...args: A & FittingArguments<A, S>
) => R;
