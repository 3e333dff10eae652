/** `scan`: a state carried along the first axis. */
import type { DType, Tensor } from '@deft/core';
import { runScan } from './definition/run-scan.ts';

/** Options of `scan`. */
export interface ScanOptions {
  /** From the last slice to the first; results stay at the places of their slices. */
  readonly reverse?: boolean;
  /** How many steps; needed only where there is nothing to go along. */
  readonly length?: number;
}

/** One slice of a tree of tensors along their first axes. */
export type SliceOf<T> =
  T extends Tensor<infer S, infer D extends DType>
    ? S extends readonly [unknown, ...infer R extends readonly (number | string)[]]
      ? Tensor<[...R], D>
      : Tensor
    : T extends object
      ? { [K in keyof T]: SliceOf<T[K]> }
      : T;

/** Trees of tensors stacked along a new first axis. */
export type StackOf<T> =
  T extends Tensor<infer S, infer D extends DType>
    ? Tensor<[number, ...S], D>
    : T extends object
      ? { [K in keyof T]: StackOf<T[K]> }
      : T;

/**
 * Carries a state along the first axis of `xs`: `f(carry, x)` gives the next state and a result for this slice. Gives the
 * last state and all results, stacked. State, slices and results are any trees of tensors; all tensors of `xs` are equally
 * long. Without `xs` (`null`), give the `length`.
 *
 * In a capture `f` is traced once, whatever the length, and the program has a loop. Derivatives keep of every step what the way
 * back needs.
 *
 * @throws `E_SHAPE` where the tensors of `xs` differ in length, `E_ARGUMENT` without `xs` and length; `E_TREE`, `E_SHAPE`, `E_DTYPE`
 * where a step changes the kind of the state.
 * @example
 * ```ts
 * import { add, scan, tensor } from '@deft/tensor';
 * const [total, sums] = scan((sum, x) => [add(sum, x), add(sum, x)], tensor(0), tensor([1, 2, 3]));
 * console.log(total.item(), sums.toArray()); // 6 [1, 3, 6]
 * ```
 */
export function scan<C, X, Y>(
  f: (carry: C, x: SliceOf<X>) => readonly [carry: C, y: Y],
  initial: C,
  xs: X,
  options: ScanOptions = {},
): [carry: C, ys: StackOf<Y>] {
  return runScan('scan', f as (carry: C, x: unknown) => readonly [C, Y], initial, xs, options) as [C, StackOf<Y>];
}
