/** `psum`: the sum over the examples of a named batch. */
import type { DType, Tensor } from '@deft/core';
import { combineTree } from './definition/collective.ts';
import { sumAcross } from './definition/collective-reductions.ts';
import { type SumOf, widened } from './definition/reduction.ts';

/** A tree of sums: bytes are added up in 32 bits, a number becomes a scalar. */
export type SumsOf<T> =
  T extends Tensor<infer S, infer D extends DType>
    ? Tensor<S, SumOf<D>>
    : T extends number
      ? Tensor<[]>
      : T extends object
        ? { [K in keyof T]: SumsOf<T[K]> }
        : T;

/**
 * The sum over all examples of the `vmap` around the call whose `axisName` it is, or over those of several: the same for
 * every example. For any tree of tensors. What is the same for all examples counts as often as there are examples, so
 * `psum(1, name)` is their number.
 *
 * Its derivative along a direction is the sum of all directions; backwards, the cotangents of all examples are added up, so a
 * gradient taken within the `vmap` is that of the sum of all examples' losses.
 *
 * @throws `E_AXIS` unless a `vmap` of that name runs around the call, `E_DTYPE` for booleans.
 * @example
 * ```ts
 * import { div, psum, type Tensor, tensor, vmap } from '@deft/tensor';
 * const share = vmap((x: Tensor) => div(x, psum(x, 'batch')), { axisName: 'batch' });
 * console.log(share(tensor([1, 2, 5])).toArray()); // [0.125, 0.25, 0.625]
 * ```
 */
export function psum<T>(x: T, axisName: string | readonly string[]): SumsOf<T> {
  return combineTree('psum', x, axisName, (one, axis) => sumAcross(widened(one), axis)) as SumsOf<T>;
}
