/**
 * Axes in the type system: a literal axis, counted from the front or (negative) from the end, is looked up in a table, so
 * nothing is calculated. What an axis that is not literal does to a shape is not known; an axis that a known shape does not
 * have is a mistake, which the checks here put into one line.
 */
import type { Dim, IsUnknownRank, Mismatch, Shape, ShowShape } from './shape-types.ts';

/** Places of axes by rank, and what the shape rules say of the range. */
interface AxisPlaces {
  0: { range: 'no axis (the operand is a scalar)' };
  1: { range: 'a whole number from -1 to 0'; '0': 0; '-1': 0 };
  2: { range: 'a whole number from -2 to 1'; '0': 0; '1': 1; '-1': 1; '-2': 0 };
  3: { range: 'a whole number from -3 to 2'; '0': 0; '1': 1; '2': 2; '-1': 2; '-2': 1; '-3': 0 };
  4: { range: 'a whole number from -4 to 3'; '0': 0; '1': 1; '2': 2; '3': 3; '-1': 3; '-2': 2; '-3': 1; '-4': 0 };
  5: {
    range: 'a whole number from -5 to 4';
    '0': 0;
    '1': 1;
    '2': 2;
    '3': 3;
    '4': 4;
    '-1': 4;
    '-2': 3;
    '-3': 2;
    '-4': 1;
    '-5': 0;
  };
  6: {
    range: 'a whole number from -6 to 5';
    '0': 0;
    '1': 1;
    '2': 2;
    '3': 3;
    '4': 4;
    '5': 5;
    '-1': 5;
    '-2': 4;
    '-3': 3;
    '-4': 2;
    '-5': 1;
    '-6': 0;
  };
}

/** An axis or several, as options give them. */
export type Axes = number | readonly number[];

/** The axes of an option as a union. */
export type ListOf<A> = A extends readonly (infer Each extends number)[] ? Each : A extends number ? A : never;

type PlaceIn<Row, A extends number> = A extends number
  ? `${A}` extends keyof Row
    ? Row[`${A}`] & number
    : never
  : never;

/** Places of literal axes of a shape, counted from the front; `never` for those it does not have, `number` for unknown ones. */
type Places<S extends Shape, A extends number> = number extends A
  ? number
  : S['length'] extends keyof AxisPlaces
    ? PlaceIn<AxisPlaces[S['length']], A>
    : number;

type IsMissing<Row, A extends number> = A extends number ? (`${A}` extends keyof Row ? never : A) : never;

/** Literal axes that a shape of known rank lacks; `never` where there are none, or they cannot be known. */
type MissingAxes<S extends Shape, A extends number> = number extends A
  ? never
  : number extends S['length']
    ? never
    : S['length'] extends keyof AxisPlaces
      ? IsMissing<AxisPlaces[S['length']], A>
      : never;

type RangeOf<S extends Shape> = S['length'] extends keyof AxisPlaces ? AxisPlaces[S['length']]['range'] : never;

/** `unknown` when the shape has the axes or it is not known; else a one-line message. */
export type CheckAxes<S extends Shape, A> = [MissingAxes<S, ListOf<A>>] extends [never]
  ? unknown
  : Mismatch<`axis: expected ${RangeOf<S>}, got ${MissingAxes<S, ListOf<A>>}`>;

/** The same for the place of a new axis. */
export type CheckNewAxis<S extends Shape, A extends number> = [MissingAxes<[1, ...S], A>] extends [never]
  ? unknown
  : Mismatch<`axis: expected ${RangeOf<[1, ...S]>}, got ${A}`>;

/** `With` in place of the dims at some places (each of which is one of the union `P`). */
type Edited<S extends Shape, P extends number, With extends Shape, Before extends 0[] = []> = S extends [
  infer D extends Dim,
  ...infer Rest extends Shape,
]
  ? [...(Before['length'] extends P ? With : [D]), ...Edited<Rest, P, With, [...Before, 0]>]
  : [];

/** The shape with `With` in place of each of the given axes; `Shape` when it cannot be known. */
export type ReplaceAxes<S extends Shape, A extends number, With extends Shape> =
  IsUnknownRank<S> extends true
    ? Shape
    : [Places<S, A>] extends [never]
      ? Shape
      : number extends Places<S, A> | With['length']
        ? Shape
        : Edited<S, Places<S, A>, With>;

/** The dim of an axis; `number` when it cannot be known. */
export type DimAt<S extends Shape, A extends number> =
  IsUnknownRank<S> extends true
    ? number
    : [Places<S, A>] extends [never]
      ? number
      : number extends Places<S, A>
        ? number
        : S[Places<S, A> & keyof S] & Dim;

type Inserted<S extends Shape, P extends number, D extends Dim, Before extends Shape = []> = Before['length'] extends P
  ? [...Before, D, ...S]
  : S extends [infer First extends Dim, ...infer Rest extends Shape]
    ? Inserted<Rest, P, D, [...Before, First]>
    : Shape;

/** The shape with a new axis where `A` says, negative places counted from the end of the result. */
export type InsertAxis<S extends Shape, A extends number, D extends Dim> =
  IsUnknownRank<S> extends true
    ? Shape
    : [Places<[1, ...S], A>] extends [never]
      ? Shape
      : number extends Places<[1, ...S], A>
        ? Shape
        : Inserted<S, Places<[1, ...S], A>, D>;

/** A shape of the same rank with the same dim everywhere. */
export type SameRank<S extends Shape, D extends Dim, Done extends Shape = []> =
  IsUnknownRank<S> extends true
    ? Shape
    : S extends [Dim, ...infer Rest extends Shape]
      ? SameRank<Rest, D, [...Done, D]>
      : Done;

/** Sizes given by a caller; −1, which stands for what is left, is open. */
export type Filled<T extends readonly Dim[]> = { -readonly [K in keyof T]: T[K] extends -1 ? number : T[K] };

type WithoutOnes<S extends Shape, Done extends Shape = []> = S extends [
  infer D extends Dim,
  ...infer Rest extends Shape,
]
  ? D extends 1
    ? WithoutOnes<Rest, Done>
    : number extends D
      ? Shape
      : WithoutOnes<Rest, [...Done, D]>
  : Done;

/** The shape without literal axes, or without all of size 1 when `A` is `undefined`. */
export type Squeezed<S extends Shape, A> =
  IsUnknownRank<S> extends true
    ? Shape
    : [A] extends [undefined]
      ? WithoutOnes<S>
      : undefined extends A
        ? Shape
        : ReplaceAxes<S, ListOf<A>, []>;

/** `unknown` when the axes may have size 1; else a one-line message. */
export type CheckSqueeze<S extends Shape, A> = [A] extends [number]
  ? 1 extends DimAt<S, A>
    ? unknown
    : DimAt<S, A> extends number
      ? Mismatch<`axis: expected axes of size 1, got axis ${A} of size ${DimAt<S, A>}`> & CheckAxes<S, A>
      : unknown
  : CheckAxes<S, A>;

/** The shape after reducing literal axes (or all of them when `Axis` is `undefined`); `Shape` when it cannot be known. */
export type Reduced<S extends Shape, Axis, Keep extends boolean> = boolean extends Keep
  ? Shape
  : [Axis] extends [undefined]
    ? Keep extends true
      ? SameRank<S, 1>
      : []
    : undefined extends Axis
      ? Shape
      : ReplaceAxes<S, ListOf<Axis>, Keep extends true ? [1] : []>;

/** The reversed shape, as `transpose` without axes gives. */
export type ReversedShape<S extends Shape> =
  IsUnknownRank<S> extends true
    ? Shape
    : S extends [infer D extends Dim, ...infer Rest extends Shape]
      ? [...ReversedShape<Rest>, D]
      : [];

/** The shape with its axes in the order that `A` gives. */
export type Permuted<S extends Shape, A extends readonly number[]> =
  IsUnknownRank<S> extends true
    ? Shape
    : number extends A['length']
      ? Shape
      : { -readonly [K in keyof A]: DimAt<S, A[K]> };

type AllPlaces<S extends Shape> = S['length'] extends keyof AxisPlaces
  ? AxisPlaces[S['length']][`${number}` & keyof AxisPlaces[S['length']]]
  : number;

/** `unknown` when the order names each axis of the shape once or is not known; else a one-line message. */
export type CheckPermutation<S extends Shape, A extends readonly number[]> = number extends
  | S['length']
  | A['length']
  | A[number]
  ? unknown
  : [S['length'], [AllPlaces<S>]] extends [A['length'], [Places<S, A[number]>]]
    ? unknown
    : Mismatch<`axes: expected each of the ${S['length']} axes once, got ${ShowShape<A>}`>;
