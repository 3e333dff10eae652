/**
 * `gradientHook`: looks at or replaces the gradient of a value on its way back. A function of the value instead of a callback that is
 * registered somewhere, so it is recorded, captured, batched and checkpointed like any op, and there is nothing to remove.
 */
import { isDifferentiable, raise, sameShape, Tensor } from '@deft/core';
import { applyCustom } from './custom-operation.ts';
import { describe, leavesLike, tensorLeaves } from './leaves.ts';

/**
 * The same tensors (any tree), whose gradient goes through `hook` on the way back: what `hook` gives takes its place, of the same
 * structure, shapes and dtypes; `undefined` leaves it.
 *
 * The hook runs once for each way back through the value, when its whole gradient has arrived, also where the value is computed
 * again by `checkpoint`. Of nested hooks the outermost runs first. In a capture it runs while tracing, so what it does with ops is
 * part of the program, and what it does besides happens once. Forward mode passes through: a hook is no part of the function.
 *
 * Throws `E_TREE`, `E_SHAPE` or `E_DTYPE` where the hook gives something else than a gradient of the value.
 *
 * @example
 * ```ts
 * import { clip, grad, gradientHook, mul, sum, type Tensor, tensor } from '@deft/tensor';
 * const f = (x: Tensor) => sum(mul(gradientHook(x, (g) => clip(g, -1, 1)), tensor([0.5, 100])));
 * console.log(grad(f)(tensor([1, 1])).toArray()); // [0.5, 1]
 * ```
 */
export function gradientHook<T>(x: T, hook: (gradient: T) => unknown): T {
  if (typeof hook !== 'function') {
    raise('E_ARGUMENT', { op: 'gradientHook', argument: 'hook', expected: 'a function', found: describe(hook) });
  }
  const { tensors, paths, rebuild, structure } = tensorLeaves(x, 'gradient');
  const varying = tensors.flatMap((tensor, i) => (isDifferentiable(tensor.dtype) ? [i] : []));
  const withReplaced = (values: readonly Tensor[]): unknown =>
    rebuild(tensors.map((tensor, i) => (varying.includes(i) ? values[varying.indexOf(i)] : tensor)));
  const outputs = applyCustom(
    {
      name: 'gradientHook',
      inputs: varying.map((i) => paths[i] as string),
      compute: (inputs) => inputs,
      forward: (inputs) => ({ outputs: inputs, residuals: [] }),
      jvp: (_, tangents) => tangents,
      backward: (_, cotangents) => {
        const given = hook(withReplaced(cotangents) as T);
        if (given === undefined) return cotangents;
        leavesLike('gradientHook', given, structure, 'gradient');
        const replaced = tensorLeaves(given, 'gradient').tensors;
        return varying.map((i, k) => {
          const [old, now] = [cotangents[k] as Tensor, replaced[i]];
          if (now instanceof Tensor && now.dtype === old.dtype && sameShape(now.abstract.shape, old.abstract.shape)) {
            return now;
          }
          return raise(now instanceof Tensor && now.dtype !== old.dtype ? 'E_DTYPE' : 'E_SHAPE', {
            op: 'gradientHook',
            argument: paths[i] as string,
            expected: old.abstract.text,
            found: now instanceof Tensor ? now.abstract.text : describe(now),
          });
        });
      },
    },
    varying.map((i) => tensors[i] as Tensor),
  );
  return withReplaced(outputs) as T;
}
