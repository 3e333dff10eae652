/** Types of functions that join tensors, or take parts of them: shapes brought together as far as they are known. */
import type {
  Broadcast,
  CheckAxes,
  CheckNewAxis,
  Dim,
  DimAt,
  Filled,
  InsertAxis,
  Mismatch,
  ReplaceAxes,
  SameRank,
  Shape,
  ShowShape,
  Unified,
} from '@deft/core';
import type { ShapeOf } from './signatures.ts';

/** The one shape of all tensors of a list; `undefined` where they are known to differ. */
type Common<T extends readonly unknown[], S extends Shape = Shape> = T extends readonly [infer First, ...infer Rest]
  ? Unified<S, ShapeOf<First>> extends infer U extends Shape
    ? Common<Rest, U>
    : undefined
  : S;

/** A shape with one dim open; one without the axis stays, and then differs in rank. */
type OpenAt<S extends Shape, A extends number> = unknown extends CheckAxes<S, A> ? ReplaceAxes<S, A, [number]> : S;

/** The same, but for one axis along which they may differ. */
type CommonBesides<T extends readonly unknown[], A extends number, S extends Shape = Shape> = T extends readonly [
  infer First,
  ...infer Rest,
]
  ? Unified<S, OpenAt<ShapeOf<First>, A>> extends infer U extends Shape
    ? CommonBesides<Rest, A, U>
    : undefined
  : S;

type ShapesText<T extends readonly unknown[]> = T extends readonly [infer First, ...infer Rest]
  ? Rest extends readonly []
    ? ShowShape<ShapeOf<First>>
    : `${ShowShape<ShapeOf<First>>}, ${ShapesText<Rest>}`
  : '';

/** The shape of the first of several tensors, whose further dims the others share. */
export type FirstShape<T extends readonly unknown[]> = T extends readonly [infer First, ...unknown[]]
  ? ShapeOf<First>
  : Shape;

/** The shape that all tensors of a list broadcast to. */
export type BroadcastOfAll<T extends readonly unknown[], S extends Shape = []> = T extends readonly [
  infer First,
  ...infer Rest,
]
  ? BroadcastOfAll<Rest, Broadcast<S, ShapeOf<First>>>
  : number extends T['length']
    ? Shape
    : S;

/** The shape with at least 2 axes; a vector becomes a row. */
export type AsMatrix<S extends Shape> = S extends [] ? [1, 1] : S extends [infer N extends Dim] ? [1, N] : S;

/** The shape with at least 3 axes; a vector becomes a row of a matrix, a matrix gets an axis behind. */
export type AsVolume<S extends Shape> = S extends []
  ? [1, 1, 1]
  : S extends [infer N extends Dim]
    ? [1, N, 1]
    : S extends [infer M extends Dim, infer N extends Dim]
      ? [M, N, 1]
      : S;

interface FirstAxes {
  1: 0;
  2: 0 | 1;
  3: 0 | 1 | 2;
}

/** A shape whose first axes are replaced by others. */
export type AfterFirst<S extends Shape, Front extends Shape, Count extends keyof FirstAxes> = number extends
  | Front['length']
  | ReplaceAxes<S, FirstAxes[Count], []>['length']
  ? Shape
  : [...Front, ...ReplaceAxes<S, FirstAxes[Count], []>];

type Known<S> = S extends Shape ? S : Shape;

/** The shape of tensors of one shape. */
export type CommonShape<T extends readonly unknown[]> = Known<Common<T>>;

/** `unknown` when tensors may have one shape; else a one-line message. */
export type CheckCommonShape<T extends readonly unknown[]> =
  Common<T> extends undefined ? Mismatch<`shapes differ: ${ShapesText<T>}`> : unknown;

/** The shape of tensors joined along an axis, whose size is not calculated. */
export type Joined<T extends readonly unknown[], A extends number> = Known<CommonBesides<T, A>>;

/** `unknown` when tensors may be joined along an axis; else a one-line message. */
export type CheckJoined<T extends readonly unknown[], A extends number> =
  CommonBesides<T, A> extends undefined ? Mismatch<`shapes differ outside of axis ${A}: ${ShapesText<T>}`> : unknown;

/** `unknown` when the first tensor has the axis; else a one-line message. */
export type CheckJoiningAxis<T extends readonly unknown[], A extends number> = CheckAxes<ShapeOf<T[0]>, A>;

/** The shape of tensors of one shape along a new axis. */
export type Stacked<T extends readonly unknown[], A extends number> = number extends T['length']
  ? Shape
  : InsertAxis<CommonShape<T>, A, T['length']>;

/** `unknown` when the result has a place for the new axis; else a one-line message. */
export type CheckStackingAxis<T extends readonly unknown[], A extends number> = CheckNewAxis<ShapeOf<T[0]>, A>;

/** The axes of the indices in place of the axis; the first one only once where it is shared. */
export type Gathered<S extends Shape, I extends Shape, Axis extends number, Shared extends number> = Shared extends 0
  ? ReplaceAxes<S, Axis, I>
  : Shared extends 1
    ? ReplaceAxes<S, Axis, ReplaceAxes<I, 0, []>>
    : Shape;

/** The outer axes of the indices, then the axes of `S` behind those that they name. */
export type Looked<S extends Shape, I extends Shape> =
  DimAt<I, -1> extends infer K extends 1 | 2 | 3 ? AfterFirst<S, ReplaceAxes<I, -1, []>, K> : Shape;

/** The sizes where each axis has one; axes that take what is left are open. */
export type Sliced<S extends Shape, Size extends readonly number[]> = number extends Size['length']
  ? SameRank<S, number>
  : Size['length'] extends S['length']
    ? Filled<Size>
    : SameRank<S, number>;
