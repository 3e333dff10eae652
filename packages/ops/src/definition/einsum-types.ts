/**
 * The type of `einsum`, read off its equation: every letter is bound to the dim it stands for, the result has those of its
 * letters. An equation that is not a literal, has no `->`, or has axes without names (`...`) leaves the result open.
 */
import type { Dim, IsUnknownRank, Mismatch, Shape, ShowShape, UnifiedDim } from '@deft/core';
import type { ShapeOf } from './signatures.ts';

type WithoutSpaces<E extends string> = E extends `${infer Head} ${infer Rest}` ? WithoutSpaces<`${Head}${Rest}`> : E;

/** A letter bound to a dim as well; a message where it stands for another size already. */
type Bound<B, Letter extends string, D extends Dim> = Letter extends keyof B
  ? B[Letter] extends infer Known extends Dim
    ? [UnifiedDim<Known, D>] extends [never]
      ? `'${Letter}' is ${Known} and ${D}`
      : UnifiedDim<Known, D> extends Known
        ? B
        : Omit<B, Letter> & { readonly [L in Letter]: UnifiedDim<Known, D> }
    : never
  : B & { readonly [L in Letter]: D };

/** The bindings after one term. */
type OfTerm<Term extends string, S extends Shape, B, Whole extends string, Given extends Shape> =
  IsUnknownRank<S> extends true
    ? B
    : Term extends `${infer Letter}${infer Rest}`
      ? S extends [infer D extends Dim, ...infer Dims extends Shape]
        ? Bound<B, Letter, D> extends infer Next
          ? Next extends string
            ? Next
            : OfTerm<Rest, Dims, Next, Whole, Given>
          : never
        : `'${Whole}' does not fit ${ShowShape<Given>}`
      : S extends []
        ? B
        : `'${Whole}' does not fit ${ShowShape<Given>}`;

/** The bindings after all terms; a message where one does not fit, `undefined` when they cannot be known. */
type OfTerms<Terms extends string, T extends readonly unknown[], B> = T extends readonly [infer First, ...infer Rest]
  ? Terms extends `${infer Term},${infer Others}`
    ? OfTerm<Term, ShapeOf<First>, B, Term, ShapeOf<First>> extends infer Next
      ? Next extends string
        ? Next
        : OfTerms<Others, Rest, Next>
      : never
    : Rest extends readonly []
      ? OfTerm<Terms, ShapeOf<First>, B, Terms, ShapeOf<First>>
      : 'there are fewer terms than operands'
  : number extends T['length']
    ? undefined
    : 'there are more terms than operands';

type ResultOf<Letters extends string, B, Done extends Shape = []> = Letters extends `${infer Letter}${infer Rest}`
  ? ResultOf<Rest, B, [...Done, Letter extends keyof B ? B[Letter] & Dim : number]>
  : Done;

type Analysed<E extends string, T extends readonly unknown[]> = string extends E
  ? undefined
  : WithoutSpaces<E> extends `${infer Terms}->${infer Result}`
    ? E extends `${string}...${string}`
      ? undefined
      : OfTerms<Terms, T, object> extends infer B
        ? B extends string | undefined
          ? B
          : { readonly shape: ResultOf<Result, B> }
        : never
    : undefined;

/** The shape of the result of an equation; `Shape` when it cannot be known. */
export type EinsumShape<E extends string, T extends readonly unknown[]> =
  Analysed<E, T> extends { readonly shape: infer S extends Shape } ? S : Shape;

/** `unknown` when the operands may fit the equation; else a one-line message. */
export type CheckEinsum<E extends string, T extends readonly unknown[]> =
  Analysed<E, T> extends infer M extends string ? Mismatch<`einsum: ${M}`> : unknown;
