/**
 * Forward-mode derivatives: `jvp` runs a function once and carries the derivative along one direction.
 */
import { algebra, raise, Tensor, withInterpreter } from '@deft/core';
import { JvpInterpreter } from './jvp-interpreter.ts';
import { derivativeFor, describe, differentiableLeaves, leavesLike, tensorLeaves } from './leaves.ts';
import type { TensorsLike } from './types.ts';

/**
 * The value of `f` and its derivative along `tangents`, both of the structure of the result.
 *
 * `primals` is the list of all arguments, `tangents` a list of the same structure, shapes and dtypes. A result that does
 * not depend on the direction, or is no floating-point tensor, has a derivative of zeros.
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
export function jvp<A extends unknown[], R>(
  f: (...args: A) => R,
  primals: A,
  tangents: TensorsLike<NoInfer<A>>,
): [value: R, tangent: R] {
  for (const [argument, list] of Object.entries({ primals, tangents })) {
    if (Array.isArray(list)) continue;
    raise('E_ARGUMENT', { op: 'jvp', argument, expected: 'the list of all arguments', found: describe(list) });
  }
  const leaves = primals.map((primal, i) => differentiableLeaves('jvp', primal, `args[${i}]`));
  const given: readonly unknown[] = tangents as unknown[];
  if (given.length !== primals.length) {
    raise('E_ARGUMENT', {
      op: 'jvp',
      argument: 'tangents',
      expected: `${primals.length} (one for each argument)`,
      found: String(given.length),
    });
  }
  const interpreter = new JvpInterpreter();
  const args = leaves.map((one, i) => {
    const path = `tangents[${i}]`;
    const directions = leavesLike('jvp', given[i], one.structure, path);
    const primalLeaves = leavesLike('jvp', one.rebuild(one.tensors), one.structure, path);
    const tensorDirections = directions.filter((_, k) => primalLeaves[k] instanceof Tensor);
    return one.rebuild(
      one.tensors.map((primal, k) => {
        const where = (one.paths[k] as string).replace(`args[${i}]`, path);
        return interpreter.join(primal, derivativeFor('jvp', tensorDirections[k], primal.abstract, where));
      }),
    );
  });
  const result = withInterpreter(interpreter, () => f(...(args as A)));
  const { tensors, rebuild } = tensorLeaves(result, 'result');
  const parts = tensors.map((tensor) => interpreter.split(tensor));
  return [
    rebuild(parts.map((part) => part.primal)) as R,
    rebuild(
      parts.map(({ primal, tangent }) => tangent ?? algebra().zeros(primal.abstract.shape, primal.abstract.dtype)),
    ) as R,
  ];
}
