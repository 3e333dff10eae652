/** `nadam`: Adam with Nesterov's momentum, in Keras's formulation. */
import type { Tensor } from '@deft/core';
import { add, div, expm1, mul, neg, sqrt, square, sub } from '@deft/tensor';
import { defineOptimizer, zerosLikeParameter } from '../define-optimizer.ts';
import type { Optimizer } from '../optimizer.ts';
import { averaged, biasCorrection, type MomentOptions, momentsOf } from './moments.ts';

/** Options of `nadam`. */
export type NadamOptions = MomentOptions;

/** `μₜ = β₁·(1 − ½·0.96ᵗ)`, the share of momentum in step `t`. */
function momentumAt(step: Tensor, beta1: number): Tensor {
  // 1 − ½·0.96ᵗ = ½ − ½·(0.96ᵗ − 1)
  return mul(add(mul(neg(expm1(mul(step, Math.log(0.96)))), 0.5), 0.5), beta1);
}

/**
 * Nadam (Dozat, 2016), as Keras states it: with `m` and `v` of `adam`, `μₜ = β₁·(1 − ½·0.96ᵗ)` and `Πₜ = μ₁·…·μₜ`,
 * `m̂ = μₜ₊₁·m/(1 − Πₜ·μₜ₊₁) + (1 − μₜ)·g/(1 − Πₜ)`, `v̂ = v/(1 − β₂ᵗ)` and `p ← p − η·m̂/(√v̂ + ε)`. `learningRate` is
 * 0.001 unless told.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { nadam } from '@deft/optim';
 * import { tensor } from '@deft/tensor';
 * const optimizer = nadam();
 * const w = tensor([1, 2]);
 * console.log(optimizer.update(tensor([0.5, -0.5]), optimizer.initialize(w), w, tensor(0.001)).parameters.toArray());
 * ```
 */
export function nadam(options: NadamOptions = {}): Optimizer {
  const { moments, rest } = momentsOf('nadam', options);
  const { beta1, beta2, epsilon } = moments;
  return defineOptimizer(
    {
      name: 'nadam',
      learningRate: 0.001,
      config: { ...moments },
      slots: { mean: zerosLikeParameter, square: zerosLikeParameter },
      running: {
        name: 'momentumProduct',
        start: 1,
        next: (product, step) => mul(product, momentumAt(step, beta1)),
      },
      scalars({ rate, step, running }) {
        const product = running as Tensor;
        const next = momentumAt(add(step, 1), beta1);
        return {
          ofMean: div(mul(rate, next), sub(1, mul(product, next))),
          ofGradient: div(mul(rate, sub(1, momentumAt(step, beta1))), sub(1, product)),
          correction: biasCorrection(beta2, step),
        };
      },
      step({ parameter, gradient, slots }, { ofMean, ofGradient, correction }) {
        const mean = averaged(slots.mean, gradient, beta1);
        const squares = averaged(slots.square, square(gradient), beta2);
        const move = add(mul(mean, ofMean), mul(gradient, ofGradient));
        return {
          parameter: sub(parameter, div(move, add(sqrt(div(squares, correction)), epsilon))),
          slots: { mean, square: squares },
        };
      },
    },
    rest,
  );
}
