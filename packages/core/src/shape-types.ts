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
export type ShowShape<S extends readonly Dim[]> = number extends S['length'] ? '[...]' : `[${ShowDims<S>}]`;
type ShowDims<S extends readonly Dim[]> = S extends readonly [infer D extends Dim]
  ? Show<D>
  : S extends readonly [infer D extends Dim, ...infer Rest extends readonly Dim[]]
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

/** The dim two equal dims have, the more telling one; `never` when both are known and differ. */
export type UnifiedDim<A extends Dim, B extends Dim> =
  IsLiteral<A> extends true
    ? IsLiteral<B> extends true
      ? A & B
      : A
    : IsLiteral<B> extends true
      ? B
      : A extends B
        ? A
        : B extends A
          ? B
          : number;

/** The shape two equal shapes have; `undefined` when they are known and differ. */
export type Unified<A extends Shape, B extends Shape, Done extends Shape = []> =
  IsUnknownRank<A> extends true
    ? B
    : IsUnknownRank<B> extends true
      ? A
      : A extends [infer D extends Dim, ...infer P extends Shape]
        ? B extends [infer E extends Dim, ...infer Q extends Shape]
          ? [UnifiedDim<D, E>] extends [never]
            ? undefined
            : Unified<P, Q, [...Done, UnifiedDim<D, E>]>
          : undefined
        : B extends []
          ? Done
          : undefined;

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

/** Axes of a factor of a matrix product: those in front, what is summed over, and what the result keeps of the last two. */
type Factor<Batch extends Shape, Kept extends Shape, Inner extends Dim> = { batch: Batch; kept: Kept; inner: Inner };

type LeftFactor<S extends Shape> = S extends [infer K extends Dim]
  ? Factor<[], [], K>
  : S extends [...infer Batch extends Shape, infer M extends Dim, infer K extends Dim]
    ? Factor<Batch, [M], K>
    : undefined;

type RightFactor<S extends Shape> = S extends [infer K extends Dim]
  ? Factor<[], [], K>
  : S extends [...infer Batch extends Shape, infer K extends Dim, infer N extends Dim]
    ? Factor<Batch, [N], K>
    : undefined;

type Product<A, B> =
  A extends Factor<infer P extends Shape, infer M extends Shape, Dim>
    ? B extends Factor<infer Q extends Shape, infer N extends Shape, Dim>
      ? [...Broadcast<P, Q>, ...M, ...N]
      : Shape
    : Shape;

/** The shape of a matrix product; a vector has no axis in it. `Shape` where it cannot be known. */
export type MatrixProduct<A extends Shape, B extends Shape> =
  IsUnknownRank<A> extends true
    ? Shape
    : IsUnknownRank<B> extends true
      ? Shape
      : Product<LeftFactor<A>, RightFactor<B>>;

type CheckProduct<Op extends string, A extends Shape, B extends Shape, L, R> =
  L extends Factor<infer P extends Shape, Shape, infer J extends Dim>
    ? R extends Factor<infer Q extends Shape, Shape, infer K extends Dim>
      ? [UnifiedDim<J, K>] extends [never]
        ? Mismatch<`${Op}: inner dimensions differ in ${ShowShape<A>} @ ${ShowShape<B>} (${Show<J>} vs ${Show<K>})`>
        : CheckBroadcast<P, Q>
      : Mismatch<`${Op}: expected at least rank 1, got ${ShowShape<B>}`>
    : Mismatch<`${Op}: expected at least rank 1, got ${ShowShape<A>}`>;

/** `unknown` when the shapes may be multiplied; else a one-line message. */
export type CheckMatrixProduct<A extends Shape, B extends Shape, Op extends string = 'matmul'> =
  IsUnknownRank<A> extends true
    ? unknown
    : IsUnknownRank<B> extends true
      ? unknown
      : CheckProduct<Op, A, B, LeftFactor<A>, RightFactor<B>>;

/** The shape with its last two axes swapped. */
export type SwappedLast<S extends Shape> = S extends [
  ...infer Batch extends Shape,
  infer M extends Dim,
  infer N extends Dim,
]
  ? [...Batch, N, M]
  : S;
