/** `map`: a function of every slice along the first axis, one after the other. */
import { runScan } from './definition/run-scan.ts';
import type { SliceOf, StackOf } from './scan.ts';

/**
 * The results of `f` for every slice of `xs` along the first axis, stacked. Slices and results are any trees of tensors.
 * Slices are taken one after the other, so it needs the memory of one; `vmap` computes all at once and is faster.
 *
 * In a capture `f` is traced once, and the program has a loop.
 *
 * @throws `E_SHAPE` where the tensors of `xs` differ in length, `E_RANK` for a scalar, `E_ARGUMENT` where there is nothing to go along.
 * @example
 * ```ts
 * import { map, mul, type Tensor, tensor } from '@deft/tensor';
 * console.log(map((x: Tensor) => mul(x, 2), tensor([1, 2, 3])).toArray()); // [2, 4, 6]
 * ```
 */
export function map<X, Y>(f: (x: SliceOf<X>) => Y, xs: X): StackOf<Y> {
  const step = (_: readonly never[], x: unknown): [readonly never[], Y] => [[], f(x as SliceOf<X>)];
  return runScan('map', step, [] as readonly never[], xs)[1] as StackOf<Y>;
}
