/** `axisIndex`: the number of the example in a named batch. */
import type { Tensor } from '@deft/core';
import { runningAxis } from './definition/collective.ts';

/**
 * The number of the example, from 0, in the `vmap` around the call whose `axisName` it is: an `int32` scalar that is another one
 * for every example.
 *
 * @throws `E_AXIS` unless a `vmap` of that name runs around the call.
 * @example
 * ```ts
 * import { axisIndex, mul, type Tensor, tensor, vmap } from '@deft/tensor';
 * const weighted = vmap((x: Tensor) => mul(x, axisIndex('batch')), { axisName: 'batch' });
 * console.log(weighted(tensor([5, 6, 7])).toArray()); // [0, 6, 14]
 * ```
 */
export function axisIndex(axisName: string): Tensor<[], 'int32'> {
  return runningAxis('axisIndex', axisName).index() as Tensor<[], 'int32'>;
}
