/**
 * `customJvp`: a function whose derivative the user states forwards, as a rule for tangents.
 */
import { algebra, isDifferentiable, raise, sameShape, type Tensor } from '@deft/core';
import {
  applyCustom,
  type CustomDerivativeOptions,
  type CustomRule,
  differentiableOperands,
  type FlatCall,
  flatCall,
  refuseNondiff,
  type WithZeros,
} from './custom-operation.ts';
import { recordFlat } from './grad.ts';
import { describe } from './leaves.ts';
import type { TensorsLike } from './types.ts';

const zerosLike = ({ abstract }: Tensor): Tensor => algebra().zeros(abstract.shape, abstract.dtype);

/** The tangent of a result: a tensor of its shape and dtype. */
function checkTangent(op: string, tangent: Tensor | undefined, output: Tensor, position: number): Tensor {
  const { text, shape, dtype } = output.abstract;
  if (tangent !== undefined && sameShape(tangent.abstract.shape, shape) && tangent.dtype === dtype) return tangent;
  return raise(tangent !== undefined && tangent.dtype !== dtype ? 'E_DTYPE' : 'E_SHAPE', {
    op,
    argument: `tangent of result ${position}`,
    expected: text,
    found: tangent === undefined ? 'nothing' : tangent.abstract.text,
  });
}

/** A derivative stated forwards: `[value, tangent]` from the arguments and their tangents. */
export type JvpRule<A extends unknown[], R, T = A> = (
  primals: A,
  tangents: T,
) => readonly [value: TensorsLike<R>, tangent: TensorsLike<R>];

/** Runs a rule on operands; tangents that do not vary are `null` where the rule knows of zeros. */
export function runJvpRule<A extends unknown[]>(
  op: string,
  rule: (primals: A, tangents: never) => unknown,
  call: FlatCall<A>,
  symbolicZeros: boolean,
): NonNullable<CustomRule['jvp']> {
  return (primals, tangents, varies) => {
    const given = tangents.map((tangent, i) => (symbolicZeros && varies[i] === false ? null : tangent));
    const pair: unknown = rule(call.argumentsFrom(primals), call.argumentsFrom(given as Tensor[]) as never);
    if (!Array.isArray(pair) || pair.length !== 2) {
      return raise('E_ARGUMENT', { op, argument: 'rule', expected: '[value, tangent]', found: describe(pair) });
    }
    const directions = call.results(pair[1]);
    const outputs = call.results(pair[0]);
    return outputs.map((output, i) => checkTangent(op, directions[i], output, i));
  };
}

/**
 * `f` with a derivative of your own, stated forwards.
 *
 * `f(...args)` computes the value. When a derivative is taken, `rule(primals, tangents)` runs instead: both are lists of
 * the arguments' structures (the tangent of what is not differentiated is zeros, or `null` with `symbolicZeros`), and it gives
 * `[value, tangent]`. The tangent must be linear in `tangents`: reverse mode runs the rule's transpose, so one rule serves
 * `jvp`, `vjp` and `grad`. The rule is written with ops, so higher derivatives follow from it. Tensors that are differentiated
 * must be arguments.
 *
 * Throws `E_ARGUMENT` where the rule gives no pair, `E_SHAPE` or `E_DTYPE` where the tangent does not fit the value.
 *
 * @example
 * ```ts
 * import { add, customJvp, exp, grad, log, mul, sigmoid, sum, type Tensor, tensor } from '@deft/tensor';
 * const softplus = customJvp(
 *   (x: Tensor) => log(add(1, exp(x))),
 *   ([x], [dx]) => [log(add(1, exp(x))), mul(sigmoid(x), dx)],
 * );
 * console.log(grad((x: Tensor) => sum(softplus(x)))(tensor([0, 100])).toArray()); // [0.5, 1]
 * ```
 */
export function customJvp<A extends unknown[], R, const O extends CustomDerivativeOptions = Record<never, never>>(
  f: (...args: A) => R,
  rule: JvpRule<A, NoInfer<R>, O extends { readonly symbolicZeros: true } ? WithZeros<A> : A>,
  options?: O,
): (...args: A) => R {
  const { nondiffArgnums, symbolicZeros = false } = (options ?? {}) as CustomDerivativeOptions;
  return (...args) => {
    const call = flatCall('customJvp', args);
    const allowed = differentiableOperands('customJvp', call as FlatCall<never>, nondiffArgnums);
    const run = runJvpRule('customJvp', rule, call, symbolicZeros);
    const compute = (operands: readonly Tensor[]): readonly Tensor[] =>
      call.results(f(...call.argumentsFrom(operands)));
    const custom: CustomRule = {
      name: 'customJvp',
      inputs: call.names,
      compute,
      forward: (operands) => ({ outputs: compute(operands), residuals: operands }),
      jvp: (primals, tangents, varies) => {
        refuseNondiff('customJvp', call.names, allowed, varies);
        return run(primals, tangents, varies);
      },
      backward: (primals, cotangents, needs) => {
        refuseNondiff('customJvp', call.names, allowed, needs);
        const recorded = recordFlat('customJvp', (tangents) => run(primals, tangents, needs), primals.map(zerosLike));
        const pulled = recorded.pullback(cotangents, true, needs);
        return primals.map((primal, i) => (isDifferentiable(primal.dtype) ? (pulled[i] as Tensor) : null));
      },
    };
    return call.resultFrom(applyCustom(custom, call.operands)) as R;
  };
}
