/** `pmean`: the mean over the examples of a named batch. */
import { type DType, isInteger, type Tensor } from '@deft/core';
import { cast } from './cast.ts';
import { combineTree } from './definition/collective.ts';
import { sumAcross } from './definition/collective-reductions.ts';
import type { FloatOf } from './definition/signatures.ts';
import { div } from './div.ts';

/** A tree of means: integers become float32, a number becomes a scalar. */
export type MeansOf<T> =
  T extends Tensor<infer S, infer D extends DType>
    ? Tensor<S, FloatOf<D>>
    : T extends number
      ? Tensor<[]>
      : T extends object
        ? { [K in keyof T]: MeansOf<T[K]> }
        : T;

/**
 * The mean over all examples of the `vmap` around the call whose `axisName` it is, or over those of several. For any tree of
 * tensors; integers are taken as float32. Derivatives are those of `psum`, divided by the number of examples.
 *
 * @throws `E_AXIS` unless a `vmap` of that name runs around the call, `E_DTYPE` for booleans.
 * @example
 * ```ts
 * import { pmean, sub, type Tensor, tensor, vmap } from '@deft/tensor';
 * const centred = vmap((x: Tensor) => sub(x, pmean(x, 'batch')), { axisName: 'batch' });
 * console.log(centred(tensor([1, 2, 6])).toArray()); // [-2, -1, 3]
 * ```
 */
export function pmean<T>(x: T, axisName: string | readonly string[]): MeansOf<T> {
  return combineTree('pmean', x, axisName, (one, axis) => {
    const floating = isInteger(one.dtype) ? (cast(one, 'float32') as Tensor) : one;
    return div(sumAcross(floating, axis), axis.size) as Tensor;
  }) as MeansOf<T>;
}
