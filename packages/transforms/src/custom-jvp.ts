/**
 * `customJvp`: a function whose derivative the user states forwards, as a rule for tangents.
 */
import { algebra, isDifferentiable, raise, sameShape, type Tensor } from '@deft/core';
import { applyCustom, type CustomRule, flatCall } from './custom-operation.ts';
import { recordFlat } from './grad.ts';
import { describe } from './leaves.ts';
import type { TensorsLike } from './types.ts';

const zerosLike = ({ abstract }: Tensor): Tensor => algebra().zeros(abstract.shape, abstract.dtype);

/** The tangent of a result: a tensor of its shape and dtype. */
function checkTangent(tangent: Tensor | undefined, output: Tensor, position: number): Tensor {
  const { text, shape, dtype } = output.abstract;
  if (tangent !== undefined && sameShape(tangent.abstract.shape, shape) && tangent.dtype === dtype) return tangent;
  return raise(tangent !== undefined && tangent.dtype !== dtype ? 'E_DTYPE' : 'E_SHAPE', {
    op: 'customJvp',
    argument: `tangent of result ${position}`,
    expected: text,
    found: tangent === undefined ? 'nothing' : tangent.abstract.text,
  });
}

/**
 * `f` with a derivative of your own, stated forwards.
 *
 * `f(...args)` computes the value. When a derivative is taken, `rule(primals, tangents)` runs instead: both are lists of
 * the arguments' structures (the tangent of what is not differentiated is zeros), and it gives `[value, tangent]`. The
 * tangent must be linear in `tangents`: reverse mode runs the rule's transpose, so one rule serves `jvp`, `vjp` and `grad`.
 * The rule is written with ops, so higher derivatives follow from it. Tensors that are differentiated must be arguments.
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
export function customJvp<A extends unknown[], R>(
  f: (...args: A) => R,
  rule: (primals: A, tangents: A) => readonly [value: TensorsLike<NoInfer<R>>, tangent: TensorsLike<NoInfer<R>>],
): (...args: A) => R {
  return (...args) => {
    const call = flatCall('customJvp', args);
    const run = (primals: readonly Tensor[], tangents: readonly Tensor[]): [readonly Tensor[], readonly Tensor[]] => {
      const given: unknown = rule(call.argumentsFrom(primals), call.argumentsFrom(tangents));
      if (!Array.isArray(given) || given.length !== 2) {
        const found = describe(given);
        return raise('E_ARGUMENT', { op: 'customJvp', argument: 'rule', expected: '[value, tangent]', found });
      }
      const directions = call.results(given[1]);
      const outputs = call.results(given[0]);
      return [outputs, outputs.map((output, i) => checkTangent(directions[i], output, i))];
    };
    const custom: CustomRule = {
      name: 'customJvp',
      inputs: call.names,
      compute: (operands) => call.results(f(...call.argumentsFrom(operands))),
      forward: (operands) => ({ outputs: call.results(f(...call.argumentsFrom(operands))), residuals: operands }),
      jvp: (primals, tangents) => run(primals, tangents)[1],
      backward: (primals, cotangents) => {
        const recorded = recordFlat('customJvp', (tangents) => run(primals, tangents)[1], primals.map(zerosLike));
        const pulled = recorded.pullback(cotangents, true);
        return primals.map((primal, i) => (isDifferentiable(primal.dtype) ? (pulled[i] as Tensor) : null));
      },
    };
    return call.resultFrom(applyCustom(custom, call.operands)) as R;
  };
}
