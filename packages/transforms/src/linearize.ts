/**
 * The derivative at one point as a function: `linearize` for many directions, `hvp` for second derivatives along one.
 */
import { algebra, raise, Tensor } from '@deft/core';
import { type AuxiliaryOf, FlatFunction, type MainOf } from './flat-function.ts';
import { grad, recordFlat, recordOn, splitOptions, type WithAux } from './grad.ts';
import { jvp } from './jvp.ts';
import { derivativeFor, type Leaves, leavesLike } from './leaves.ts';
import { Tape } from './tape.ts';
import type { Gradient, TensorsLike } from './types.ts';

const zerosLike = ({ abstract }: Tensor): Tensor => algebra().zeros(abstract.shape, abstract.dtype);

/** The tensors among the tangents of an argument, each of the shape and dtype of the tensor it belongs to. */
function directionsOf(given: unknown, one: Leaves, i: number): Tensor[] {
  const path = `tangents[${i}]`;
  const all = leavesLike('linearize', given, one.structure, path);
  const originals = leavesLike('linearize', one.rebuild(one.tensors), one.structure, path);
  const directions = all.filter((_, k) => originals[k] instanceof Tensor);
  return one.tensors.map((primal, k) =>
    derivativeFor('linearize', directions[k], primal.abstract, (one.paths[k] as string).replace(`args[${i}]`, path)),
  );
}

/**
 * The value of `f` and its derivative there, a linear function: it takes tangents of all arguments (same structures, shapes
 * and dtypes) to the tangent of the result. `f` runs once, however often the derivative is applied, also under `vmap`;
 * for one direction only, `jvp` is cheaper. With `{ hasAux: true }` in front of the arguments `f` gives `[result, aux]`, and
 * `aux` comes third.
 *
 * Throws `E_GRAD` where an argument holds something else than floating-point tensors; the derivative throws `E_ARGUMENT`,
 * `E_TREE`, `E_SHAPE` or `E_DTYPE` at a tangent that does not fit.
 *
 * @example
 * ```ts
 * import { linearize, mul, type Tensor, tensor } from '@deft/tensor';
 * const [y, derivative] = linearize((x: Tensor) => mul(x, x), tensor([1, 2]));
 * console.log(y.toArray()); // [1, 4]
 * console.log(derivative(tensor([1, 0])).toArray(), derivative(tensor([0, 1])).toArray()); // [2, 0] [0, 4]
 * ```
 */
export function linearize<A extends unknown[], R extends readonly [unknown, unknown]>(
  f: (...args: A) => R,
  options: WithAux,
  ...primals: A
): [value: MainOf<R>, derivative: (...tangents: TensorsLike<A> & unknown[]) => MainOf<R>, aux: AuxiliaryOf<R>];
export function linearize<A extends unknown[], R>(
  f: (...args: A) => R,
  ...primals: A
): [value: R, derivative: (...tangents: TensorsLike<A> & unknown[]) => R];
export function linearize(f: (...args: never[]) => unknown, ...args: unknown[]): unknown[] {
  const { hasAux, primals } = splitOptions(args);
  const flat = new FlatFunction('linearize', f, primals, { hasAux });
  const tape = new Tape('linearize');
  const recorded = recordOn(tape, flat.call, flat.operands);
  // The pullback is linear, so its own pullback is the way forward, and is recorded once as well.
  const { outputs } = recorded;
  const forward = recordFlat('linearize', (cotangents) => recorded.pullback(cotangents), outputs.map(zerosLike));
  const { rebuild } = flat.results;
  const derivative = (...tangents: unknown[]): unknown => {
    if (tangents.length !== primals.length) {
      raise('E_ARGUMENT', {
        op: 'linearize',
        argument: 'tangents',
        expected: `${primals.length} (one for each argument)`,
        found: String(tangents.length),
      });
    }
    return rebuild(forward.pullback(flat.leaves.flatMap((one, i) => directionsOf(tangents[i], one, i))));
  };
  const result = [rebuild(outputs), derivative];
  return hasAux ? [...result, flat.auxiliary((tensor) => tape.primalOf(tensor))] : result;
}

/**
 * The Hessian of `f` at `x` times `v`: the derivative of the gradient along `v`, for the cost of a few evaluations of `f`
 * and without the matrix. `f` gives a floating-point scalar; `v` and the result have the structure of `x`.
 *
 * Throws what `grad` and `jvp` throw.
 *
 * @example
 * ```ts
 * import { hvp, mul, sum, type Tensor, tensor } from '@deft/tensor';
 * const cubes = (x: Tensor) => sum(mul(x, mul(x, x)));
 * console.log(hvp(cubes, tensor([1, 2]), tensor([1, 10])).toArray()); // [6, 120]
 * ```
 */
export function hvp<X>(f: (x: X) => Tensor, x: X, v: TensorsLike<NoInfer<X>>): Gradient<X> {
  const gradient = grad(f) as (x: X) => Gradient<X>;
  return jvp(gradient, [x], [v] as unknown as TensorsLike<[X]>)[1];
}
