/**
 * `checkpoint`: memory for time. What happens inside the function is not kept for the way back but computed again.
 */
import { applyCustom, flatCall } from './custom-operation.ts';
import { recordFlat } from './grad.ts';

/**
 * `f`, of which a gradient keeps the arguments alone: the way back runs `f` a second time. Values and gradients are those
 * of `f`.
 *
 * Tensors that are differentiated must be arguments: closing over one is an error (`E_GRAD`). In a capture both runs are part of
 * the graph, and the compiler is free to share what they have in common.
 *
 * @example
 * ```ts
 * import { checkpoint, grad, sin, sum, type Tensor, tensor } from '@deft/tensor';
 * const block = checkpoint((x: Tensor) => sin(sin(x)));
 * console.log(grad((x: Tensor) => sum(block(x)))(tensor([0])).toArray()); // [1]
 * ```
 */
export function checkpoint<A extends unknown[], R>(f: (...args: A) => R): (...args: A) => R {
  return (...args) => {
    const call = flatCall('checkpoint', args);
    const compute = (operands: Parameters<typeof call.argumentsFrom>[0]) =>
      call.results(f(...call.argumentsFrom(operands)));
    const outputs = applyCustom(
      {
        name: 'checkpoint',
        inputs: call.names,
        compute,
        forward: (operands) => ({ outputs: compute(operands), residuals: operands }),
        backward: (operands, cotangents) => recordFlat('checkpoint', compute, operands).pullback(cotangents, true),
      },
      call.operands,
    );
    return call.resultFrom(outputs) as R;
  };
}
