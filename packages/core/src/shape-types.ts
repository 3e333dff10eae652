/**
 * Shapes and dtypes in the type system. Checking is gradual: a dim is a literal (`3`), a name (`'batch'`) or unknown
 * (`number`), and a bare `Tensor` is anything; what the types cannot know, the shape rules check at run time with the
 * same wording. A failed rule puts a one-line message (`Mismatch`) in the parameter's position. No arithmetic on dims.
 */
import type { DType } from './dtype.ts';

/** A dim in a type: a literal size, a name, or unknown. */
export type Dim = number | string;

/** A shape in a type. `Dim[]` itself is a shape of unknown rank. */
export type Shape = Dim[];

/** What `tensor.shape` gives: as many numbers as there are axes, as far as the types know. */
export type RuntimeShape<S extends Shape> = { readonly [K in keyof S]: number };

/** What holds elements on the host. Where the dtype is not known, arrays of numbers: `int64` says so when it is known. */
interface HostArrays {
  readonly bool: Uint8Array;
  readonly int8: Int8Array;
  readonly uint8: Uint8Array;
  readonly int32: Int32Array;
  readonly uint32: Uint32Array;
  readonly int64: never;
  readonly float16: Float32Array;
  readonly bfloat16: Float32Array;
  readonly float32: Float32Array;
  readonly float64: Float64Array;
  readonly complex64: Float32Array;
}

/** Elements of a dtype on the host. */
export type ElementOf<D extends DType> = [D] extends ['int64'] ? BigInt64Array : HostArrays[D];

/** One element as plain JavaScript: complex numbers are pairs of real and imaginary part. */
export type Plain<D extends DType> = [D] extends ['bool']
  ? boolean
  : [D] extends ['int64']
    ? bigint
    : [D] extends ['complex64']
      ? readonly [re: number, im: number]
      : number;

/** Nested arrays of a shape: what `toArray` gives. */
export type NestedArray<S extends Shape, D extends DType = DType> = number extends S['length']
  ? // biome-ignore lint/suspicious/noExplicitAny: the nesting depth is unknown, so callers say what they expect
    any
  : S extends [Dim, ...infer Rest extends Shape]
    ? NestedArray<Rest, D>[]
    : Plain<D>;

declare const mismatch: unique symbol;

/** A failed rule: appears in the parameter's position as its one-line message. */
export type Mismatch<Message extends string> = { readonly [mismatch]: `${Message}\u200b` };

/** Whether the rank is unknown. */
export type IsUnknownRank<S extends Shape> = number extends S['length'] ? true : false;

type Show<D extends Dim> = `${D}`;

/** `[2, 3]` as a string literal, for messages. */
export type ShowShape<S extends Shape> = number extends S['length'] ? '[...]' : `[${ShowDims<S>}]`;
type ShowDims<S extends Shape> = S extends [infer D extends Dim]
  ? Show<D>
  : S extends [infer D extends Dim, ...infer Rest extends Shape]
    ? `${Show<D>}, ${ShowDims<Rest>}`
    : '';

/** Whether a dim is a literal number (not `number`, not a name). */
type IsLiteral<D extends Dim> = D extends number ? (number extends D ? false : true) : false;

/** The dim two dims broadcast to; `never` when both are known and do not fit. */
export type BroadcastDim<A extends Dim, B extends Dim> = A extends B
  ? B extends A
    ? A
    : Unequal<A, B>
  : Unequal<A, B>;
type Unequal<A extends Dim, B extends Dim> = A extends 1
  ? B
  : B extends 1
    ? A
    : IsLiteral<A> extends true
      ? IsLiteral<B> extends true
        ? never
        : A
      : IsLiteral<B> extends true
        ? B
        : number;

type Reversed<S extends Shape> = S extends [...infer Front extends Shape, infer Last extends Dim]
  ? { last: Last; front: Front }
  : undefined;

type BroadcastKnown<A extends Shape, B extends Shape, Done extends Shape = []> =
  Reversed<A> extends { last: infer X extends Dim; front: infer P extends Shape }
    ? Reversed<B> extends { last: infer Y extends Dim; front: infer Q extends Shape }
      ? [BroadcastDim<X, Y>] extends [never]
        ? undefined
        : BroadcastKnown<P, Q, [BroadcastDim<X, Y>, ...Done]>
      : [...A, ...Done]
    : [...B, ...Done];

/** The shape two shapes broadcast to; `Shape` where a rank is unknown or they do not fit. */
export type Broadcast<A extends Shape, B extends Shape> =
  IsUnknownRank<A> extends true
    ? Shape
    : IsUnknownRank<B> extends true
      ? Shape
      : BroadcastKnown<A, B> extends infer R extends Shape
        ? R
        : Shape;

/** `unknown` when the shapes broadcast or are not known; else a one-line message. */
export type CheckBroadcast<A extends Shape, B extends Shape> =
  IsUnknownRank<A> extends true
    ? unknown
    : IsUnknownRank<B> extends true
      ? unknown
      : BroadcastKnown<A, B> extends undefined
        ? Mismatch<`shapes ${ShowShape<A>} and ${ShowShape<B>} do not broadcast`>
        : unknown;

type DropAxis<S extends Shape, Axis extends number, Keep extends boolean, Before extends Shape = []> = S extends [
  infer D extends Dim,
  ...infer Rest extends Shape,
]
  ? Before['length'] extends Axis
    ? Keep extends true
      ? [...Before, 1, ...Rest]
      : [...Before, ...Rest]
    : DropAxis<Rest, Axis, Keep, [...Before, D]>
  : Shape;

type OfRank<S extends Shape> = { [K in keyof S]: 1 };
type LastAxis<S extends Shape> = S extends [Dim, ...infer Rest extends Shape] ? Rest['length'] : never;

/** The shape after reducing a literal axis (or all of them when it is `undefined`); `Shape` when it cannot be known. */
export type Reduced<S extends Shape, Axis, Keep extends boolean> =
  IsUnknownRank<S> extends true
    ? Axis extends undefined
      ? Keep extends true
        ? Shape
        : []
      : Shape
    : [Axis] extends [undefined]
      ? Keep extends true
        ? OfRank<S>
        : []
      : Axis extends -1
        ? DropAxis<S, LastAxis<S>, Keep>
        : Axis extends number
          ? number extends Axis
            ? Shape
            : `${Axis}` extends `-${string}`
              ? Shape
              : DropAxis<S, Axis, Keep>
          : Shape;

/** The reversed shape, as `transpose` without axes gives. */
export type ReversedShape<S extends Shape> =
  IsUnknownRank<S> extends true
    ? Shape
    : S extends [infer D extends Dim, ...infer Rest extends Shape]
      ? [...ReversedShape<Rest>, D]
      : [];

/** The shape with its axes in the order that `Axes` gives. */
export type Permuted<S extends Shape, Axes extends number[]> =
  IsUnknownRank<S> extends true
    ? Shape
    : number extends Axes['length']
      ? Shape
      : {
          [K in keyof Axes]: Axes[K] extends keyof S
            ? S[Axes[K]] & Dim
            : `${Axes[K]}` extends keyof S
              ? S[`${Axes[K]}` & keyof S] & Dim
              : Dim;
        };

type Matrix<S extends Shape> = S extends [...infer Batch extends Shape, infer R extends Dim, infer C extends Dim]
  ? { batch: Batch; rows: R; columns: C }
  : undefined;

/** The shape of a matrix product of operands of rank 2 and more; `Shape` where it cannot be known. */
export type MatrixProduct<A extends Shape, B extends Shape> =
  IsUnknownRank<A> extends true
    ? Shape
    : IsUnknownRank<B> extends true
      ? Shape
      : Matrix<A> extends { batch: infer P extends Shape; rows: infer M extends Dim }
        ? Matrix<B> extends { batch: infer Q extends Shape; columns: infer N extends Dim }
          ? [...Broadcast<P, Q>, M, N]
          : Shape
        : Shape;

/** `unknown` when the inner dims of a product agree or are not known; else a one-line message. */
export type CheckMatrixProduct<A extends Shape, B extends Shape> =
  IsUnknownRank<A> extends true
    ? unknown
    : IsUnknownRank<B> extends true
      ? unknown
      : Matrix<A> extends { columns: infer K extends Dim }
        ? Matrix<B> extends { rows: infer L extends Dim }
          ? IsLiteral<K> extends true
            ? IsLiteral<L> extends true
              ? K extends L
                ? unknown
                : Mismatch<`matmul: inner dimensions differ in ${ShowShape<A>} @ ${ShowShape<B>} (${Show<K>} vs ${Show<L>})`>
              : unknown
            : unknown
          : unknown
        : unknown;
