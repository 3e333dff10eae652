/** `map`: a function of every slice along the first axis. */
import { type SliceOf, type StackOf, scan } from './scan.ts';

/**
 * Applies `f` to every slice of `xs` along the first axis, one after the other, and stacks the results. `xs` and what `f` gives are
 * any trees of tensors. Where `f` is made of ops, `vmap` does all slices at once, which is faster.
 *
 * @throws `E_SHAPE` where the tensors of `xs` differ in length, `E_ARGUMENT` where there are none; `E_TREE`, `E_SHAPE`, `E_DTYPE` where `f`
 * gives another kind of result for another slice.
 * @example
 * ```ts
 * import { map, sum, tensor } from '@deft/tensor';
 * console.log(map((row) => sum(row), tensor([[1, 2], [3, 4]])).toArray()); // [3, 7]
 * ```
 */
export function map<X, Y>(f: (x: SliceOf<X>) => Y, xs: X): StackOf<Y> {
  const [, results] = scan<readonly never[], X, Y>((carry, x) => [carry, f(x)], [], xs);
  return results;
}
