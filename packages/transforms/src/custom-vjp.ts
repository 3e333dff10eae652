/**
 * `customVjp`: a function whose gradient the user states.
 */
import { raise, sameShape, Tensor } from '@deft/core';
import { type JvpRule, runJvpRule } from './custom-jvp.ts';
import {
  applyCustom,
  type CustomDerivativeOptions,
  type CustomRule,
  differentiableOperands,
  type FlatCall,
  flatCall,
  refuseNondiff,
  transposed,
  type WithZeros,
} from './custom-operation.ts';
import { derivativeFor, describe, type Leaves, leavesLike, tensorLeaves } from './leaves.ts';

/** The cotangents of a list of arguments: each of the argument's structure, or `null` for none. */
export type Cotangents<A extends readonly unknown[]> = { readonly [K in keyof A]: A[K] | null };

/** The cotangents of an argument's tensors in order, out of what `backward` gave for the argument. */
function cotangentsOf(given: unknown, argument: Leaves, path: string): (Tensor | null)[] {
  if (given === null || given === undefined) return argument.tensors.map(() => null);
  const leaves = leavesLike('customVjp', given, argument.structure, `cotangent of ${path}`);
  const originals = leavesLike('customVjp', argument.rebuild(argument.tensors), argument.structure, path);
  const atTensors = leaves.filter((_, i) => originals[i] instanceof Tensor);
  return argument.tensors.map(({ abstract }, i) => {
    const cotangent = atTensors[i];
    if (cotangent === null) return null;
    const where = `cotangent of ${argument.paths[i]}`;
    if (!(cotangent instanceof Tensor)) return derivativeFor('customVjp', cotangent, abstract, where);
    if (sameShape(cotangent.abstract.shape, abstract.shape)) return cotangent;
    return raise('E_SHAPE', {
      op: 'customVjp',
      argument: where,
      expected: abstract.text,
      found: cotangent.abstract.text,
    });
  });
}

/** Options of `customVjp`. */
export interface CustomVjpOptions<A extends unknown[], R> extends CustomDerivativeOptions {
  /**
   * The way forward, as `customJvp` takes it; the transpose of `backward` unless told. That both are one derivative is for you to see
   * to: `gradcheck` holds them to the adjoint identity.
   */
  readonly jvp?: JvpRule<A, R>;
}

/**
 * `f` with a gradient of your own.
 *
 * `f(...args)` computes the value. When a derivative is taken, `forward(...args)` runs instead: it gives `[value, residuals]`,
 * where residuals are whatever `backward` needs (a tree of tensors and other values). `backward(residuals, cotangent)` gets
 * the cotangent of the value, in its structure, and gives the list of the arguments' cotangents, each in the structure of its argument,
 * or `null` for none. Tensors that are differentiated must be arguments: closing over one is an error.
 *
 * `backward` is written with ops, so second derivatives follow from it; forward mode runs its transpose, or the rule `jvp` of
 * the options.
 *
 * Throws `E_TREE` or `E_SHAPE`, naming the argument, where a cotangent does not fit it.
 *
 * @example
 * ```ts
 * import { customVjp, grad, mul, sum, type Tensor, tensor } from '@deft/tensor';
 * const halfGradient = customVjp(
 *   (x: Tensor) => mul(x, x),
 *   (x: Tensor) => [mul(x, x), x],
 *   (x, cotangent) => [mul(x, cotangent)],
 * );
 * console.log(grad((x: Tensor) => sum(halfGradient(x)))(tensor([1, 2])).toArray()); // [1, 2]
 * ```
 */
export function customVjp<A extends unknown[], R, S, const O extends CustomDerivativeOptions = Record<never, never>>(
  f: (...args: A) => R,
  forward: (...args: A) => readonly [value: R, residuals: S],
  backward: (residuals: S, cotangent: O extends { readonly symbolicZeros: true } ? WithZeros<R> : R) => Cotangents<A>,
  options?: O & Pick<CustomVjpOptions<NoInfer<A>, NoInfer<R>>, 'jvp'>,
): (...args: A) => R {
  const { nondiffArgnums, symbolicZeros = false, jvp } = (options ?? {}) as CustomVjpOptions<A, R>;
  return (...args) => {
    const call = flatCall('customVjp', args);
    const allowed = differentiableOperands('customVjp', call as FlatCall<never>, nondiffArgnums);
    let residualLeaves: Leaves | undefined;
    const rule: CustomRule = {
      name: 'customVjp',
      inputs: call.names,
      compute: (operands) => call.results(f(...call.argumentsFrom(operands))),
      forward: (operands) => {
        const given: unknown = forward(...call.argumentsFrom(operands));
        if (!Array.isArray(given) || given.length !== 2) {
          const found = describe(given);
          return raise('E_ARGUMENT', { op: 'customVjp', argument: 'forward', expected: '[value, residuals]', found });
        }
        residualLeaves = tensorLeaves(given[1], 'residuals');
        return { outputs: call.results(given[0]), residuals: residualLeaves.tensors };
      },
      backward: (residuals, cotangents, needs, arrived) => {
        refuseNondiff('customVjp', call.names, allowed, needs);
        const kept = (residualLeaves as Leaves).rebuild(residuals) as S;
        const known = cotangents.map((cotangent, i) => (symbolicZeros && arrived[i] === false ? null : cotangent));
        const given: unknown = backward(kept, call.resultFrom(known as Tensor[]) as never);
        if (!Array.isArray(given) || given.length !== args.length) {
          return raise('E_TREE', {
            op: 'customVjp',
            argument: 'backward',
            expected: `a list of ${args.length} cotangents, one for each argument`,
            found: Array.isArray(given) ? String(given.length) : describe(given),
          });
        }
        return call.leaves.flatMap((one, i) => cotangentsOf(given[i], one, `args[${i}]`));
      },
    };
    const forwards = jvp ? runJvpRule('customVjp', jvp, call, false) : transposed(rule);
    const custom: CustomRule = {
      ...rule,
      jvp: (primals, tangents, varies) => {
        refuseNondiff('customVjp', call.names, allowed, varies);
        return forwards(primals, tangents, varies);
      },
    };
    return call.resultFrom(applyCustom(custom, call.operands)) as R;
  };
}
