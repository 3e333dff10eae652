/** `scaleLossBy`: an optimiser that asks for the gradients of a multiple of the loss. */
import { mapTree, recorded, type Tensor } from '@deft/core';
import { div, jit, mul } from '@deft/tensor';
import { checkPositive } from '../hyper-parameters.ts';
import { inDType, workingDType } from '../leaves.ts';
import type { Optimizer, OptimizerState, OptimizerUpdate } from '../optimizer.ts';

/**
 * An optimiser for gradients of the loss times a fixed factor, which it divides out: small gradients do not vanish in 16
 * bits on their way. Take gradients of `scaleLoss(loss, state)`; models of `@deft/keras` do.
 *
 * Source: Micikevicius et al., Mixed Precision Training, 2018; Keras's `loss_scale_factor`.
 *
 * Throws `E_ATTRIBUTE` unless the factor is above 0.
 *
 * @example
 * ```ts
 * import { scaleLossBy, sgd } from '@deft/optim';
 * import { tensor } from '@deft/tensor';
 * const optimizer = scaleLossBy(sgd(), 1024);
 * const w = tensor([1]);
 * const state = optimizer.initialize(w);
 * console.log(optimizer.scaleLoss?.(tensor(2), state).item()); // 2048
 * console.log(optimizer.update(tensor([512]), state, w, tensor(1)).parameters.toArray()); // [0.5]
 * ```
 */
export function scaleLossBy(optimizer: Optimizer, lossScaleFactor: number): Optimizer {
  checkPositive(optimizer.name, 'lossScaleFactor', lossScaleFactor);
  function update<P>(gradients: unknown, state: OptimizerState, parameters: P, rate: Tensor): OptimizerUpdate<P> {
    const unscale = (g: Tensor): Tensor => div(inDType(g, workingDType(g.dtype)), lossScaleFactor);
    return optimizer.update(mapTree(unscale, gradients), state, parameters, rate);
  }
  return recorded(
    'scaleLossBy',
    { optimizer, lossScaleFactor },
    {
      ...optimizer,
      config: { ...optimizer.config, lossScaleFactor },
      scaleLoss(loss, state) {
        const scaled = mul(loss, lossScaleFactor);
        return optimizer.scaleLoss?.(scaled, state) ?? scaled;
      },
      update: jit(update, { name: `${optimizer.name}.update, unscaled` }),
    },
  );
}
