/** `adamax`: Adam with the largest gradient in place of the mean square, in Keras's formulation. */
import { abs, add, div, maximum, mul, sub } from '@deft/tensor';
import { defineOptimizer, zerosLikeParameter } from '../define-optimizer.ts';
import type { Optimizer } from '../optimizer.ts';
import { averaged, biasCorrection, type MomentOptions, momentsOf } from './moments.ts';

/** Options of `adamax`. Its `beta2` is the decay of the largest gradient. */
export type AdamaxOptions = MomentOptions;

/**
 * Adamax (Kingma and Ba, 2015, section 7.1), as Keras states it: `m ← m + (g − m)(1 − β₁)`, `u ← max(β₂·u, |g|)`,
 * `p ← p − η/(1 − β₁ᵗ) · m/(u + ε)`. `learningRate` is 0.001 unless told.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { adamax } from '@deft/optim';
 * import { tensor } from '@deft/tensor';
 * const optimizer = adamax();
 * const w = tensor([1, 2]);
 * console.log(optimizer.update(tensor([0.5, -0.5]), optimizer.initialize(w), w, tensor(0.001)).parameters.toArray());
 * ```
 */
export function adamax(options: AdamaxOptions = {}): Optimizer {
  const { moments, rest } = momentsOf('adamax', options);
  const { beta1, beta2, epsilon } = moments;
  return defineOptimizer(
    {
      name: 'adamax',
      learningRate: 0.001,
      config: { ...moments },
      slots: { mean: zerosLikeParameter, largest: zerosLikeParameter },
      scalars: ({ rate, step }) => div(rate, biasCorrection(beta1, step)),
      step({ parameter, gradient, slots }, size) {
        const mean = averaged(slots.mean, gradient, beta1);
        const largest = maximum(mul(slots.largest, beta2), abs(gradient));
        return {
          parameter: sub(parameter, div(mul(mean, size), add(largest, epsilon))),
          slots: { mean, largest },
        };
      },
    },
    rest,
  );
}
