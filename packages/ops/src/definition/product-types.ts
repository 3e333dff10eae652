/** Types of products that sum over pairs of axes. */
import type { ListOf, Mismatch, Permuted, ReplaceAxes, Shape, ShowShape, SwappedLast, Unified } from '@deft/core';

/** Lists of axes of the left and the right operand, paired in order. */
type Pairs = readonly [readonly number[], readonly number[]];

/** The last axes of the left operand and the first of the right one, by their number. */
interface LastAndFirst {
  0: [[], []];
  1: [[-1], [0]];
  2: [[-2, -1], [0, 1]];
  3: [[-3, -2, -1], [0, 1, 2]];
}

/** The pairs that `tensordot` takes; `undefined` when they are not known. */
type PairsOf<Axes> = Axes extends Pairs ? Axes : Axes extends keyof LastAndFirst ? LastAndFirst[Axes] : undefined;

type Rest<S extends Shape, A extends readonly number[]> = A extends readonly [] ? S : ReplaceAxes<S, ListOf<A>, []>;

/** The axes of two operands that are not summed over, those of the left one first. */
export type TensordotShape<A extends Shape, B extends Shape, Axes> =
  PairsOf<Axes> extends infer P extends Pairs
    ? number extends Rest<A, P[0]>['length'] | Rest<B, P[1]>['length']
      ? Shape
      : [...Rest<A, P[0]>, ...Rest<B, P[1]>]
    : Shape;

/** `unknown` when paired axes may have one size; else a one-line message. */
export type CheckTensordot<A extends Shape, B extends Shape, Axes> =
  PairsOf<Axes> extends infer P extends Pairs
    ? Unified<Permuted<A, P[0]>, Permuted<B, P[1]>> extends undefined
      ? Mismatch<`axes of ${ShowShape<A>} and ${ShowShape<B>} that are summed over differ: ${ShowShape<Permuted<A, P[0]>>} and ${ShowShape<Permuted<B, P[1]>>}`>
      : unknown
    : unknown;

/** The shape with its last two axes swapped, if so told. */
export type Turned<S extends Shape, Swap extends boolean> = boolean extends Swap
  ? Shape
  : Swap extends true
    ? SwappedLast<S>
    : S;
