/** `pmin`: the smallest over the examples of a named batch. */
import { combineTree } from './definition/collective.ts';
import { extremeAcross } from './definition/collective-reductions.ts';
import type { ExtremesOf } from './definition/reduction.ts';

/**
 * The smallest value over all examples of the `vmap` around the call whose `axisName` it is, or over those of several, element
 * by element. For any tree of tensors. Examples that have it in common get equal shares of the derivative, as in `min`.
 *
 * @throws `E_AXIS` unless a `vmap` of that name runs around the call, `E_DTYPE` for booleans and complex numbers.
 * @example
 * ```ts
 * import { pmin, sub, type Tensor, tensor, vmap } from '@deft/tensor';
 * const away = vmap((x: Tensor) => sub(x, pmin(x, 'batch')), { axisName: 'batch' });
 * console.log(away(tensor([1, 2, 6])).toArray()); // [0, 1, 5]
 * ```
 */
export function pmin<T>(x: T, axisName: string | readonly string[]): ExtremesOf<T> {
  return combineTree('pmin', x, axisName, (one, axis) => extremeAcross('min', one, axis)) as ExtremesOf<T>;
}
