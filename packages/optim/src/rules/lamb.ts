/** `lamb`: Adam's steps in the measure of each parameter's norm, in Keras's formulation. */
import type { Tensor } from '@deft/core';
import { add, div, equal, logicalOr, mul, norm, sqrt, square, sub, where } from '@deft/tensor';
import { defineOptimizer, zerosLikeParameter } from '../define-optimizer.ts';
import type { Optimizer } from '../optimizer.ts';
import { averaged, biasCorrection, type MomentOptions, momentsOf } from './moments.ts';

/** Options of `lamb`. */
export type LambOptions = MomentOptions;

/**
 * LAMB (You et al., 2020), as Keras states it: with `m` and `v` of `adam`, `u = m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)` and
 * `p ← p − η·‖p‖/‖u‖·u`; where a norm is 0 the ratio is 1. `learningRate` is 0.001 unless told.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { lamb } from '@deft/optim';
 * import { tensor } from '@deft/tensor';
 * const optimizer = lamb({ weightDecay: 0.01, excludeFromWeightDecay: ['bias'] });
 * const w = tensor([1, 2]);
 * console.log(optimizer.update(tensor([0.5, -0.5]), optimizer.initialize(w), w, tensor(0.001)).parameters.toArray());
 * ```
 */
export function lamb(options: LambOptions = {}): Optimizer {
  const { moments, rest } = momentsOf('lamb', options);
  const { beta1, beta2, epsilon } = moments;
  return defineOptimizer(
    {
      name: 'lamb',
      learningRate: 0.001,
      config: { ...moments },
      slots: { mean: zerosLikeParameter, square: zerosLikeParameter },
      scalars: ({ rate, step }) => ({
        rate,
        ofMean: biasCorrection(beta1, step),
        ofSquare: biasCorrection(beta2, step),
      }),
      step({ parameter, gradient, slots }, { rate, ofMean, ofSquare }) {
        const mean = averaged(slots.mean, gradient, beta1);
        const squares = averaged(slots.square, square(gradient), beta2);
        const move = div(div(mean, ofMean), add(sqrt(div(squares, ofSquare)), epsilon));
        const size = norm(parameter) as Tensor;
        const length = norm(move) as Tensor;
        const hasNone = logicalOr(equal(size, 0), equal(length, 0));
        const ratio = div(where(hasNone, 1, size) as Tensor, where(hasNone, 1, length) as Tensor);
        return {
          parameter: sub(parameter, mul(move, mul(ratio, rate))),
          slots: { mean, square: squares },
        };
      },
    },
    rest,
  );
}
