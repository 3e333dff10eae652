/** `lion`: steps of one size in the direction of the sign of momentum, in Keras's formulation. */
import { raise } from '@deft/core';
import { add, mul, sign, sub } from '@deft/tensor';
import { defineOptimizer, zerosLikeParameter } from '../define-optimizer.ts';
import { checkHyperParameter } from '../hyper-parameters.ts';
import type { Optimizer } from '../optimizer.ts';
import type { OptimizerOptions } from '../optimizer-options.ts';
import { averaged } from './moments.ts';

/** Options of `lion`. */
export interface LionOptions extends OptimizerOptions {
  /** Share of the mean in the direction of a step, above 0 and up to 1; 0.9 unless told. */
  readonly beta1?: number;
  /** Decay of the mean of gradients; 0.99 unless told. */
  readonly beta2?: number;
}

/**
 * Lion (Chen et al., 2023): `p ← p − η·sign(β₁·m + (1 − β₁)·g)`, then `m ← β₂·m + (1 − β₂)·g`. Every element moves by
 * the learning rate, so that is taken three to ten times smaller than for `adamW`, and the decay as much larger.
 * `learningRate` is 0.001 unless told.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { lion } from '@deft/optim';
 * import { tensor } from '@deft/tensor';
 * const optimizer = lion();
 * const w = tensor([1, 2]);
 * console.log(optimizer.update(tensor([30, -4]), optimizer.initialize(w), w, tensor(0.5)).parameters.toArray()); // [0.5, 2.5]
 * ```
 */
export function lion(options: LionOptions = {}): Optimizer {
  const { beta1 = 0.9, beta2 = 0.99, ...rest } = options;
  if (!(beta1 > 0 && beta1 <= 1)) {
    raise('E_ATTRIBUTE', {
      op: 'lion',
      argument: 'beta1',
      expected: 'a number above 0 and up to 1',
      found: String(beta1),
    });
  }
  checkHyperParameter('lion', 'beta2', beta2, 0, 1);
  return defineOptimizer(
    {
      name: 'lion',
      learningRate: 0.001,
      config: { beta1, beta2 },
      slots: { mean: zerosLikeParameter },
      scalars: ({ rate }) => rate,
      step({ parameter, gradient, slots }, rate) {
        const direction = sign(add(mul(slots.mean, beta1), mul(gradient, 1 - beta1)));
        return {
          parameter: sub(parameter, mul(direction, rate)),
          slots: { mean: averaged(slots.mean, gradient, beta2) },
        };
      },
    },
    rest,
  );
}
