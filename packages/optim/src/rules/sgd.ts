/** `sgd`: gradient descent, with momentum if asked for, in Keras's formulation. */
import type { Tensor } from '@deft/core';
import { add, mul, sub } from '@deft/tensor';
import { defineOptimizer, zerosLikeParameter } from '../define-optimizer.ts';
import { checkHyperParameter } from '../hyper-parameters.ts';
import type { Optimizer } from '../optimizer.ts';
import type { OptimizerOptions } from '../optimizer-options.ts';

/** Options of `sgd`. */
export interface SgdOptions extends OptimizerOptions {
  /** Share of the last step that goes into the next one; 0 (none) unless told. */
  readonly momentum?: number;
  /** Whether the gradient's step is taken from where the momentum would carry the parameters. */
  readonly nesterov?: boolean;
}

/**
 * Stochastic gradient descent.
 *
 * Without momentum `p ← p − η·g`. With it, the velocity is `v ← μ·v − η·g` and `p ← p + v`, or
 * `p ← p + μ·v − η·g` with Nesterov's. The learning rate is part of the velocity, as in Keras (PyTorch applies it after).
 * `learningRate` is 0.01 unless told.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { sgd } from '@deft/optim';
 * import { tensor } from '@deft/tensor';
 * const optimizer = sgd({ learningRate: 0.1, momentum: 0.9 });
 * const parameters = { w: tensor([1, 2]) };
 * const state = optimizer.initialize(parameters);
 * const next = optimizer.update({ w: tensor([10, 10]) }, state, parameters, tensor(0.1));
 * console.log(next.parameters.w.toArray());
 * ```
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const { momentum = 0, nesterov = false, ...rest } = options;
  checkHyperParameter('sgd', 'momentum', momentum, 0, 1);
  const rule = { name: 'sgd', learningRate: 0.01, config: { momentum, nesterov } };
  const scalars = ({ rate }: { readonly rate: Tensor }): Tensor => rate;
  if (momentum === 0) {
    return defineOptimizer<never, Tensor>(
      {
        ...rule,
        slots: {},
        scalars,
        step: ({ parameter, gradient }, rate) => ({ parameter: sub(parameter, mul(gradient, rate)), slots: {} }),
      },
      rest,
    );
  }
  return defineOptimizer<'velocity', Tensor>(
    {
      ...rule,
      slots: { velocity: zerosLikeParameter },
      scalars,
      step({ parameter, gradient, slots }, rate) {
        const move = mul(gradient, rate);
        const velocity = sub(mul(slots.velocity, momentum), move);
        return {
          parameter: add(parameter, nesterov ? sub(mul(velocity, momentum), move) : velocity),
          slots: { velocity },
        };
      },
    },
    rest,
  );
}
