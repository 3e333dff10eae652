/** `pmax`: the largest over the examples of a named batch. */
import { combineTree } from './definition/collective.ts';
import { extremeAcross } from './definition/collective-reductions.ts';
import type { ExtremesOf } from './definition/reduction.ts';

/**
 * The largest value over all examples of the `vmap` around the call whose `axisName` it is, or over those of several, element
 * by element. For any tree of tensors. Examples that have it in common get equal shares of the derivative, as in `max`.
 *
 * @throws `E_AXIS` unless a `vmap` of that name runs around the call, `E_DTYPE` for booleans and complex numbers.
 * @example
 * ```ts
 * import { pmax, sub, type Tensor, tensor, vmap } from '@deft/tensor';
 * const away = vmap((x: Tensor) => sub(x, pmax(x, 'batch')), { axisName: 'batch' });
 * console.log(away(tensor([1, 2, 6])).toArray()); // [-5, -4, 0]
 * ```
 */
export function pmax<T>(x: T, axisName: string | readonly string[]): ExtremesOf<T> {
  return combineTree('pmax', x, axisName, (one, axis) => extremeAcross('max', one, axis)) as ExtremesOf<T>;
}
