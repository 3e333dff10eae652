/**
 * Reverse-mode derivatives: `grad`, `valueAndGrad`, `vjp`. Each runs the function once on a tape and goes back through it.
 */
import { algebra, isDifferentiable, isFloating, raise, Tensor, withInterpreter } from '@deft/core';
import { derivativeFor, describe, differentiableLeaves, type Leaves, leavesLike, tensorLeaves } from './leaves.ts';
import { pullBack, type Seed, type Slot, Tape } from './tape.ts';
import type { Gradient, Gradients, TensorsLike } from './types.ts';

/** Options of `grad` and `valueAndGrad`. */
export interface GradOptions {
  /** Which arguments to differentiate by; the first unless told. With a list, gradients come as a list. */
  readonly argnums?: number | readonly number[];
  /** The function returns `[loss, aux]`, and `aux` (anything) is passed through. */
  readonly hasAux?: boolean;
}

/** The gradient by the arguments that `argnums` names. */
export type GradientOf<A extends unknown[], O extends GradOptions> = O extends { readonly argnums: infer N }
  ? N extends number
    ? Gradient<A[N]>
    : N extends readonly number[]
      ? { -readonly [K in keyof N]: Gradient<A[N[K] & number]> }
      : Gradient<A[0]>
  : Gradient<A[0]>;

type Auxiliary<R> = R extends readonly [unknown, infer X] ? X : never;

/** What a function made by `grad` gives: the gradient, or `[gradient, aux]`. */
export type GradResult<A extends unknown[], R, O extends GradOptions> = O extends { readonly hasAux: true }
  ? [GradientOf<A, O>, Auxiliary<R>]
  : GradientOf<A, O>;

/** What a function made by `valueAndGrad` gives: `[value, gradient]`, or `[[value, aux], gradient]`. */
export type ValueAndGradResult<A extends unknown[], R, O extends GradOptions> = [
  value: O extends { readonly hasAux: true } ? [(R & readonly [unknown, unknown])[0], Auxiliary<R>] : R,
  gradient: GradientOf<A, O>,
];

/** Tensors of `tape` anywhere in a tree replaced by their values. */
function primalTree(tape: Tape, tree: unknown): unknown {
  const { tensors, rebuild } = tensorLeaves(tree, 'result');
  return rebuild(tensors.map((tensor) => tape.primalOf(tensor)));
}

const watchAll = (tape: Tape, { tensors }: Leaves): { tensors: Tensor[]; slots: Slot[] } => {
  const watched = tensors.map((tensor) => tape.watch(tensor));
  return { tensors: watched.map((one) => one.tensor), slots: watched.map((one) => one.slot) };
};

const zerosLike = ({ abstract }: { readonly abstract: Tensor['abstract'] }): Tensor =>
  algebra().zeros(abstract.shape, abstract.dtype);

function checkFunction(op: string, f: unknown): void {
  if (typeof f !== 'function') {
    raise('E_ARGUMENT', { op, argument: 'function', expected: 'a function', found: describe(f) });
  }
}

function checkArgnums(op: string, argnums: readonly number[], args: readonly unknown[]): void {
  for (const position of argnums) {
    if (Number.isInteger(position) && position >= 0 && position < args.length) continue;
    const expected = args.length === 0 ? 'an argument to differentiate by' : `positions from 0 to ${args.length - 1}`;
    raise('E_ARGUMENT', { op, argument: 'argnums', expected, found: String(position) });
  }
}

function checkLoss(op: string, loss: unknown): asserts loss is Tensor {
  if (loss instanceof Tensor && loss.rank === 0 && isFloating(loss.dtype)) return;
  const hint =
    loss instanceof Tensor && isFloating(loss.dtype)
      ? 'reduce it with sum(…) or mean(…); for derivatives of every element use jacrev or vjp'
      : Array.isArray(loss)
        ? 'return the loss alone, or set hasAux for a function that returns [loss, aux]'
        : 'return a floating-point scalar';
  raise('E_GRAD', {
    op,
    argument: 'result of the function',
    expected: 'a floating-point scalar tensor',
    found: describe(loss),
    hint,
  });
}

interface Evaluated {
  readonly value: Tensor;
  readonly aux: unknown;
  readonly gradient: unknown;
}

function evaluate(op: string, f: (...args: never[]) => unknown, options: GradOptions, args: unknown[]): Evaluated {
  const { argnums = 0, hasAux = false } = options;
  const positions = typeof argnums === 'number' ? [argnums] : argnums;
  checkArgnums(op, positions, args);
  const leaves = positions.map((position) => differentiableLeaves(op, args[position], `args[${position}]`));
  const tape = new Tape(op);
  const watched = leaves.map((one) => watchAll(tape, one));
  const traced = [...args];
  for (const [k, position] of positions.entries()) {
    traced[position] = (leaves[k] as Leaves).rebuild((watched[k] as { tensors: Tensor[] }).tensors);
  }
  const result = withInterpreter(tape, () => (f as (...args: unknown[]) => unknown)(...traced));
  if (hasAux && !(Array.isArray(result) && result.length === 2)) {
    raise('E_GRAD', { op, argument: 'result of the function', expected: '[loss, aux]', found: describe(result) });
  }
  const [loss, aux] = hasAux ? (result as [unknown, unknown]) : [result, undefined];
  checkLoss(op, loss);
  const slot = tape.slotOf(loss);
  const seeds: Seed[] = slot ? [{ slot, cotangent: algebra().ones([], loss.dtype) }] : [];
  const sources = watched.flatMap((one) => one.slots);
  const cotangents = pullBack(seeds, sources, true);
  let next = 0;
  const gradients = leaves.map((one) =>
    one.rebuild(one.tensors.map((tensor) => cotangents[next++] ?? zerosLike(tensor))),
  );
  return {
    value: tape.primalOf(loss),
    aux: primalTree(tape, aux),
    gradient: typeof argnums === 'number' ? gradients[0] : gradients,
  };
}

/**
 * The function that gives the gradient of `f` by its first argument (or those of `argnums`).
 *
 * `f` returns a floating-point scalar, and is called once per gradient. The gradient has the structure of the argument,
 * each tensor with the shape and dtype of the one it belongs to; a tensor that the loss does not depend on has a gradient
 * of zeros. Arguments that are not differentiated may be anything. Calls nest, and work inside a capture.
 *
 * Throws `E_GRAD` where the result is no floating-point scalar or a leaf of the argument is no floating-point tensor,
 * naming its path; `E_ARGUMENT` for an async function.
 *
 * @example
 * ```ts
 * import { grad, mul, sum, type Tensor, tensor } from '@deft/tensor';
 * const slope = grad((x: Tensor) => sum(mul(x, x)));
 * console.log(slope(tensor([1, 2, 3])).toArray()); // [2, 4, 6]
 * ```
 */
export function grad<
  A extends unknown[],
  R extends Tensor | readonly [Tensor, unknown],
  const O extends GradOptions = Record<never, never>,
>(f: (...args: A) => R, options?: O): (...args: A) => GradResult<A, R, O> {
  checkFunction('grad', f);
  return (...args) => {
    const { gradient, aux } = evaluate('grad', f, options ?? {}, args);
    return (options?.hasAux ? [gradient, aux] : gradient) as GradResult<A, R, O>;
  };
}

/**
 * Like `grad`, and gives the value too: `[value, gradient]`, or `[[value, aux], gradient]` with `hasAux`.
 *
 * @example
 * ```ts
 * import { mul, sum, type Tensor, tensor, valueAndGrad } from '@deft/tensor';
 * const [loss, gradient] = valueAndGrad((x: Tensor) => sum(mul(x, x)))(tensor([1, 2, 3]));
 * console.log(loss.item(), gradient.toArray()); // 14 [2, 4, 6]
 * ```
 */
export function valueAndGrad<
  A extends unknown[],
  R extends Tensor | readonly [Tensor, unknown],
  const O extends GradOptions = Record<never, never>,
>(f: (...args: A) => R, options?: O): (...args: A) => ValueAndGradResult<A, R, O> {
  checkFunction('valueAndGrad', f);
  return (...args) => {
    const { value, gradient, aux } = evaluate('valueAndGrad', f, options ?? {}, args);
    return [options?.hasAux ? [value, aux] : value, gradient] as ValueAndGradResult<A, R, O>;
  };
}

/** Results of a function of tensors, and the function that takes cotangents of them to cotangents of the operands. */
export interface Recorded {
  readonly outputs: readonly Tensor[];
  /** With `isLast` it lets go of memory on the way and cannot be called again. */
  pullback(cotangents: readonly (Tensor | undefined)[], isLast?: boolean): Tensor[];
}

/** Runs a function of tensors on a tape. Integer operands get cotangents of zeros. */
export function recordFlat(
  op: string,
  f: (inputs: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly Tensor[],
): Recorded {
  const tape = new Tape(op);
  const watched = inputs.map((input) => (isDifferentiable(input.dtype) ? tape.watch(input) : undefined));
  const results = withInterpreter(tape, () => f(inputs.map((input, i) => watched[i]?.tensor ?? input)));
  const slots = results.map((result) => tape.slotOf(result));
  return {
    outputs: results.map((result) => tape.primalOf(result)),
    pullback: (cotangents, isLast = false) => {
      const seeds = slots.flatMap((slot, i): Seed[] => {
        const cotangent = cotangents[i];
        return slot && cotangent ? [{ slot, cotangent }] : [];
      });
      const sources = watched.flatMap((one) => (one ? [one.slot] : []));
      const arrived = pullBack(seeds, sources, isLast);
      let next = 0;
      return inputs.map((input, i) => (watched[i] ? arrived[next++] : undefined) ?? zerosLike(input));
    },
  };
}

/**
 * The value of `f` and its pullback, which takes a cotangent of the result (same structure, shapes and dtypes) to the list
 * of cotangents of all arguments. The pullback can be called again, also under `vmap`.
 *
 * Throws `E_GRAD` where an argument holds something else than floating-point tensors; the pullback throws `E_TREE`, `E_SHAPE`
 * or `E_DTYPE` at a cotangent that does not fit the result.
 *
 * @example
 * ```ts
 * import { mul, type Tensor, tensor, vjp } from '@deft/tensor';
 * const [y, pullback] = vjp((x: Tensor) => mul(x, x), tensor([1, 2]));
 * console.log(y.toArray(), pullback(tensor([1, 10]))[0].toArray()); // [1, 4] [2, 40]
 * ```
 */
export function vjp<A extends unknown[], R>(
  f: (...args: A) => R,
  ...primals: A
): [value: R, pullback: (cotangent: TensorsLike<R>) => Gradients<A>] {
  checkFunction('vjp', f);
  const leaves = primals.map((primal, i) => differentiableLeaves('vjp', primal, `args[${i}]`));
  let results: Leaves | undefined;
  const recorded = recordFlat(
    'vjp',
    (inputs) => {
      let next = 0;
      const args = leaves.map((one) => one.rebuild(one.tensors.map(() => inputs[next++])));
      const result = f(...(args as A));
      if (result instanceof Promise) return result as never; // withInterpreter raises the error
      results = tensorLeaves(result, 'result');
      return results.tensors;
    },
    leaves.flatMap((one) => one.tensors),
  );
  const { structure, rebuild } = results as unknown as Leaves;
  const value = rebuild(recorded.outputs);
  const pullback = (cotangent: unknown): unknown[] => {
    const given = leavesLike('vjp', cotangent, structure, 'cotangent');
    let output = 0;
    const cotangents: (Tensor | undefined)[] = [];
    for (const [i, leaf] of leavesLike('vjp', value, structure, 'result').entries()) {
      if (!(leaf instanceof Tensor)) continue;
      const { abstract } = recorded.outputs[output++] as Tensor;
      const path = (structure.paths[i] as string).replace(/^result/, 'cotangent');
      cotangents.push(isDifferentiable(abstract.dtype) ? derivativeFor('vjp', given[i], abstract, path) : undefined);
    }
    const pulled = recorded.pullback(cotangents);
    let next = 0;
    return leaves.map((one) => one.rebuild(one.tensors.map(() => pulled[next++])));
  };
  return [value as R, pullback as unknown as (cotangent: TensorsLike<R>) => Gradients<A>];
}
