/**
 * Reverse-mode derivatives: `grad`, `valueAndGrad`, `vjp`. Each runs the function once on a tape and goes back through it.
 */
import { algebra, isComplex, isDifferentiable, isFloating, raise, Tensor, withInterpreter } from '@deft/core';
import { type AuxiliaryOf, checkedPositions, checkFunction, FlatFunction, type MainOf } from './flat-function.ts';
import { derivativeFor, describe, leavesLike } from './leaves.ts';
import { pullBack, type Seed } from './pull-back.ts';
import { type Slot, Tape } from './tape.ts';
import type { Gradient, Gradients, TensorsLike } from './types.ts';

/** Options of `grad` and `valueAndGrad`. */
export interface GradOptions {
  /** Which arguments to differentiate by; the first unless told. With a list, gradients come as a list. */
  readonly argnums?: number | readonly number[];
  /** The function returns `[loss, aux]`, and `aux` (anything) is passed through. */
  readonly hasAux?: boolean;
  /**
   * The function takes complex numbers to a complex number and is complex-differentiable: its derivative ∂f/∂z comes instead
   * of the gradient of a real loss.
   */
  readonly holomorphic?: boolean;
}

/** The gradient by the arguments that `argnums` names. */
export type GradientOf<A extends unknown[], O extends GradOptions> = O extends { readonly argnums: infer N }
  ? N extends number
    ? Gradient<A[N]>
    : N extends readonly number[]
      ? { -readonly [K in keyof N]: Gradient<A[N[K] & number]> }
      : Gradient<A[0]>
  : Gradient<A[0]>;

/** What a function made by `grad` gives: the gradient, or `[gradient, aux]`. */
export type GradResult<A extends unknown[], R, O extends GradOptions> = O extends { readonly hasAux: true }
  ? [GradientOf<A, O>, AuxiliaryOf<R>]
  : GradientOf<A, O>;

/** What a function made by `valueAndGrad` gives: `[value, gradient]`, or `[[value, aux], gradient]`. */
export type ValueAndGradResult<A extends unknown[], R, O extends GradOptions> = [
  value: O extends { readonly hasAux: true } ? [MainOf<R>, AuxiliaryOf<R>] : R,
  gradient: GradientOf<A, O>,
];

const zerosLike = ({ abstract }: { readonly abstract: Tensor['abstract'] }): Tensor =>
  algebra().zeros(abstract.shape, abstract.dtype);

function checkLoss(op: string, loss: unknown): asserts loss is Tensor {
  if (loss instanceof Tensor && loss.rank === 0 && isFloating(loss.dtype)) return;
  const hint =
    loss instanceof Tensor && isFloating(loss.dtype)
      ? 'reduce it with sum(…) or mean(…); for derivatives of every element use jacrev or vjp'
      : loss instanceof Tensor && isComplex(loss.dtype)
        ? 'a real loss is abs(…), real(…) or imag(…) of it; for ∂f/∂z of a complex-differentiable function set holomorphic'
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

/** Throws `E_GRAD` unless a function that is said to be holomorphic is given complex numbers. */
function checkComplexArguments(op: string, { operands, paths }: FlatFunction): void {
  const real = operands.findIndex((one) => !isComplex(one.dtype));
  if (real === -1) return;
  raise('E_GRAD', {
    op,
    argument: paths[real] as string,
    expected: 'a complex64 tensor, as holomorphic is set',
    found: describe(operands[real]),
    hint: "cast it to 'complex64', or leave holomorphic out for the gradient of a real loss",
  });
}

/** Throws `E_GRAD` unless a function that is said to be holomorphic gives a complex number. */
function checkComplexResult(op: string, value: unknown): void {
  if (value instanceof Tensor && value.rank === 0 && isComplex(value.dtype)) return;
  raise('E_GRAD', {
    op,
    argument: 'result of the function',
    expected: 'a complex64 scalar tensor, as holomorphic is set',
    found: describe(value),
    hint: 'for a real loss leave holomorphic out; a complex result of many elements is added up with sum(…)',
  });
}

interface Evaluated {
  readonly value: Tensor;
  readonly aux: unknown;
  readonly gradient: unknown;
}

function evaluate(op: string, f: (...args: never[]) => unknown, options: GradOptions, args: unknown[]): Evaluated {
  const { argnums = 0, hasAux = false, holomorphic = false } = options;
  const positions = checkedPositions(op, argnums, args);
  let loss: unknown;
  const lossOf = (...given: never[]): unknown => {
    const result = f(...given);
    loss = hasAux && Array.isArray(result) && result.length === 2 ? result[0] : result;
    return result;
  };
  const flat = new FlatFunction(op, lossOf, args, { positions, hasAux });
  if (holomorphic) checkComplexArguments(op, flat);
  const tape = new Tape(op);
  const { outputs, pullback } = recordOn(tape, flat.call, flat.operands);
  if (holomorphic) checkComplexResult(op, loss);
  else checkLoss(op, loss);
  const [value] = outputs as [Tensor];
  const cotangents = pullback([algebra().ones([], value.dtype)], true);
  // What arrives is the gradient of the real part, ∂u/∂x + i ∂u/∂y; by Cauchy and Riemann f′ = ∂u/∂x − i ∂u/∂y.
  const gradients = flat.argumentTrees(holomorphic ? cotangents.map((one) => algebra().conjugate(one)) : cotangents);
  return {
    value,
    aux: flat.auxiliary((tensor) => tape.primalOf(tensor)),
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
 * By complex numbers z = x + iy the gradient of a real loss is ∂L/∂x + i ∂L/∂y, the direction in which the loss grows. With
 * `holomorphic` the result is a complex scalar and the derivative is ∂f/∂z, which means something where `f` is
 * complex-differentiable only.
 *
 * Throws `E_GRAD` where the result is no floating-point scalar or a leaf of the argument is no floating-point tensor,
 * naming its path, and with `holomorphic` where one of them is not complex; `E_ARGUMENT` for an async function.
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
  /** Where the results stand on the tape. */
  readonly slots: readonly Slot[];
  /**
   * With `isLast` it lets go of memory on the way and cannot be called again; operands that `needs` leaves out get zeros.
   */
  pullback(cotangents: readonly (Tensor | undefined)[], isLast?: boolean, needs?: readonly boolean[]): Tensor[];
}

/** Runs a function of tensors on a tape. Integer operands get cotangents of zeros. */
export function recordFlat(
  op: string,
  f: (inputs: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly Tensor[],
): Recorded {
  return recordOn(new Tape(op), f, inputs);
}

/** Runs a function of tensors on that tape, which is a new one. */
export function recordOn(
  tape: Tape,
  f: (inputs: readonly Tensor[]) => readonly Tensor[],
  inputs: readonly Tensor[],
): Recorded {
  const watched = inputs.map((input) => (isDifferentiable(input.dtype) ? tape.watch(input) : undefined));
  const results = withInterpreter(tape, () => f(inputs.map((input, i) => watched[i]?.tensor ?? input)));
  const slots = results.map((result) => tape.slotOf(result));
  return {
    outputs: results.map((result) => tape.primalOf(result)),
    slots: slots.flatMap((slot) => slot ?? []),
    pullback: (cotangents, isLast = false, needs = undefined) => {
      const seeds = slots.flatMap((slot, i): Seed[] => {
        const cotangent = cotangents[i];
        return slot && cotangent ? [{ slot, cotangent }] : [];
      });
      const asked = watched.map((one, i) => (one && needs?.[i] !== false ? one.slot : undefined));
      const arrived = pullBack(
        seeds,
        asked.flatMap((slot) => slot ?? []),
        isLast,
      );
      let next = 0;
      return inputs.map((input, i) => (asked[i] ? arrived[next++] : undefined) ?? zerosLike(input));
    },
  };
}

/** Says that the function gives `[result, aux]`. */
export interface WithAux {
  readonly hasAux: true;
}

/** Whether the first argument behind the function is the options: no tree of tensors has a boolean leaf. */
export function splitOptions(args: readonly unknown[]): {
  readonly hasAux: boolean;
  readonly primals: readonly unknown[];
} {
  const [first, ...rest] = args as readonly [unknown];
  const isOptions =
    typeof first === 'object' &&
    first !== null &&
    Object.keys(first).join() === 'hasAux' &&
    typeof (first as { hasAux: unknown }).hasAux === 'boolean';
  return isOptions
    ? { hasAux: (first as { hasAux: boolean }).hasAux, primals: rest }
    : { hasAux: false, primals: args };
}

/**
 * The value of `f` and its pullback, which takes a cotangent of the result (same structure, shapes and dtypes) to the list
 * of cotangents of all arguments. The pullback can be called again, also under `vmap`. With `{ hasAux: true }` in front of the
 * arguments `f` gives `[result, aux]`, and `aux` comes third.
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
export function vjp<A extends unknown[], R extends readonly [unknown, unknown]>(
  f: (...args: A) => R,
  options: WithAux,
  ...primals: A
): [value: MainOf<R>, pullback: (cotangent: TensorsLike<MainOf<R>>) => Gradients<A>, aux: AuxiliaryOf<R>];
export function vjp<A extends unknown[], R>(
  f: (...args: A) => R,
  ...primals: A
): [value: R, pullback: (cotangent: TensorsLike<R>) => Gradients<A>];
export function vjp(f: (...args: never[]) => unknown, ...args: unknown[]): unknown[] {
  const { hasAux, primals } = splitOptions(args);
  const flat = new FlatFunction('vjp', f, primals, { hasAux });
  const tape = new Tape('vjp');
  const { outputs, pullback } = recordOn(tape, flat.call, flat.operands);
  const { structure, rebuild } = flat.results;
  const value = rebuild(outputs);
  const pull = (cotangent: unknown): unknown[] => {
    const given = leavesLike('vjp', cotangent, structure, 'cotangent');
    let output = 0;
    const cotangents: (Tensor | undefined)[] = [];
    for (const [i, leaf] of leavesLike('vjp', value, structure, 'result').entries()) {
      if (!(leaf instanceof Tensor)) continue;
      const { abstract } = outputs[output++] as Tensor;
      const path = (structure.paths[i] as string).replace(/^result/, 'cotangent');
      cotangents.push(isDifferentiable(abstract.dtype) ? derivativeFor('vjp', given[i], abstract, path) : undefined);
    }
    return flat.argumentTrees(pullback(cotangents));
  };
  return hasAux ? [value, pull, flat.auxiliary((tensor) => tape.primalOf(tensor))] : [value, pull];
}
