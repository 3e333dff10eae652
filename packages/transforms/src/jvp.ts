/**
 * Forward-mode derivatives: `jvp` runs a function once and carries the derivative along one direction.
 */
import { algebra, raise, Tensor, withInterpreter } from '@deft/core';
import { type AuxiliaryOf, FlatFunction, type MainOf } from './flat-function.ts';
import type { WithAux } from './grad.ts';
import { JvpInterpreter } from './jvp-interpreter.ts';
import { derivativeFor, describe, leavesLike } from './leaves.ts';
import type { TensorsLike } from './types.ts';

/**
 * The value of `f` and its derivative along `tangents`, both of the structure of the result.
 *
 * `primals` is the list of all arguments, `tangents` a list of the same structure, shapes and dtypes. A result that does
 * not depend on the direction, or is no floating-point tensor, has a derivative of zeros. With `hasAux` the function gives
 * `[result, aux]`, and `aux` comes third.
 *
 * Throws `E_GRAD` where an argument holds something else than floating-point tensors, `E_TREE`, `E_SHAPE` or `E_DTYPE` at
 * a tangent that does not fit.
 *
 * @example
 * ```ts
 * import { jvp, mul, type Tensor, tensor } from '@deft/tensor';
 * const [y, dy] = jvp((x: Tensor) => mul(x, x), [tensor([1, 2])], [tensor([1, 10])]);
 * console.log(y.toArray(), dy.toArray()); // [1, 4] [2, 40]
 * ```
 */
export function jvp<A extends unknown[], R extends readonly [unknown, unknown]>(
  f: (...args: A) => R,
  primals: A,
  tangents: TensorsLike<NoInfer<A>>,
  options: WithAux,
): [value: MainOf<R>, tangent: MainOf<R>, aux: AuxiliaryOf<R>];
export function jvp<A extends unknown[], R>(
  f: (...args: A) => R,
  primals: A,
  tangents: TensorsLike<NoInfer<A>>,
  options?: { readonly hasAux?: false },
): [value: R, tangent: R];
export function jvp(
  f: (...args: never[]) => unknown,
  primals: unknown[],
  tangents: unknown,
  { hasAux = false }: { readonly hasAux?: boolean } = {},
): unknown[] {
  for (const [argument, list] of Object.entries({ primals, tangents })) {
    if (Array.isArray(list)) continue;
    raise('E_ARGUMENT', { op: 'jvp', argument, expected: 'the list of all arguments', found: describe(list) });
  }
  const flat = new FlatFunction('jvp', f, primals, { hasAux });
  const given = tangents as readonly unknown[];
  if (given.length !== primals.length) {
    raise('E_ARGUMENT', {
      op: 'jvp',
      argument: 'tangents',
      expected: `${primals.length} (one for each argument)`,
      found: String(given.length),
    });
  }
  const interpreter = new JvpInterpreter();
  const inputs = flat.leaves.flatMap((one, i) => {
    const path = `tangents[${i}]`;
    const directions = leavesLike('jvp', given[i], one.structure, path);
    const primalLeaves = leavesLike('jvp', one.rebuild(one.tensors), one.structure, path);
    const tensorDirections = directions.filter((_, k) => primalLeaves[k] instanceof Tensor);
    return one.tensors.map((primal, k) => {
      const where = (one.paths[k] as string).replace(`args[${i}]`, path);
      return interpreter.join(primal, derivativeFor('jvp', tensorDirections[k], primal.abstract, where));
    });
  });
  const tensors = withInterpreter(interpreter, () => flat.call(inputs));
  const { rebuild } = flat.results;
  const parts = tensors.map((tensor) => interpreter.split(tensor));
  const zeros = ({ abstract }: Tensor): Tensor => algebra().zeros(abstract.shape, abstract.dtype);
  const value = rebuild(parts.map((part) => part.primal));
  const tangent = rebuild(parts.map((part) => part.tangent ?? zeros(part.primal)));
  return hasAux ? [value, tangent, flat.auxiliary((one) => interpreter.split(one).primal)] : [value, tangent];
}
