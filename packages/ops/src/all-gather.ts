/** `allGather`: all examples of a named batch, for each of them. */
import { normalizeAxis, type Tensor } from '@deft/core';
import { runningAxis } from './definition/collective.ts';
import { gatherAcross } from './definition/collective-reductions.ts';
import { stateOf, treeOf } from './definition/loop-state.ts';
import { moveAxis } from './move-axis.ts';
import { reshape } from './reshape.ts';

/** Options of `allGather`. */
export interface AllGatherOptions {
  /** Where the axis of the examples stands in the result, or along which axis they are joined if `tiled`; 0 unless told. */
  readonly axis?: number;
  /** Joins the examples along an axis that they have, instead of stacking them along a new one. */
  readonly tiled?: boolean;
}

/** The same structure with tensors of any shape; a number becomes a tensor. */
export type GatheredTree<T> = T extends Tensor | number
  ? Tensor
  : T extends object
    ? { [K in keyof T]: GatheredTree<T[K]> }
    : T;

/**
 * All examples of the `vmap` around the call whose `axisName` it is, along a new axis: the same for every example. For any tree of
 * tensors. Backwards, each example gets the sum of what all examples say of its part.
 *
 * @throws `E_AXIS` unless a `vmap` of that name runs around the call, or where a tensor has no such axis.
 * @example
 * ```ts
 * import { allGather, mul, sum, type Tensor, tensor, vmap } from '@deft/tensor';
 * const gram = vmap((x: Tensor) => sum(mul(allGather(x, 'batch'), x), { axis: 1 }), { axisName: 'batch' });
 * console.log(gram(tensor([[1, 2], [3, 4]])).toArray()); // [[5, 11], [11, 25]]
 * ```
 */
export function allGather<T>(x: T, axisName: string, options: AllGatherOptions = {}): GatheredTree<T> {
  const { axis = 0, tiled = false } = options;
  const running = runningAxis('allGather', axisName);
  const state = stateOf('allGather', 'x', x);
  const gathered = state.tensors.map((one) => {
    const place = normalizeAxis('allGather', axis, tiled ? one.rank : one.rank + 1);
    const all = gatherAcross(one, running.index(), running.axis);
    const placed = place === 0 ? all : (moveAxis(all, 0, place) as Tensor);
    if (!tiled) return placed;
    const shape = one.abstract.shape.map((size, i) => (i === place ? size * running.axis.size : size));
    return reshape(placed, shape) as Tensor;
  });
  return treeOf(state, gathered) as GatheredTree<T>;
}
