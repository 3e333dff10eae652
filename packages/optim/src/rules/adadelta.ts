/** `adadelta`: steps in the measure of the steps before, in Keras's formulation. */
import type { Tensor } from '@deft/core';
import { add, div, mul, sqrt, square, sub } from '@deft/tensor';
import { defineOptimizer, zerosLikeParameter } from '../define-optimizer.ts';
import { checkHyperParameter } from '../hyper-parameters.ts';
import type { Optimizer } from '../optimizer.ts';
import type { OptimizerOptions } from '../optimizer-options.ts';
import { averaged } from './moments.ts';

/** Options of `adadelta`. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** Decay of both means of squares; 0.95 unless told. */
  readonly rho?: number;
  /** Keeps the quotient finite and lets the first step be one, under the roots; 1e-7 unless told. */
  readonly epsilon?: number;
}

/**
 * Adadelta (Zeiler, 2012), as Keras states it: `a ← ρ·a + (1 − ρ)·g²`, `Δ = √(d + ε)/√(a + ε) · g`,
 * `d ← ρ·d + (1 − ρ)·Δ²`, `p ← p − η·Δ`. `learningRate` is 0.001 unless told; the paper's is 1.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { adadelta } from '@deft/optim';
 * import { tensor } from '@deft/tensor';
 * const optimizer = adadelta();
 * const w = tensor([1, 2]);
 * console.log(optimizer.update(tensor([0.5, -0.5]), optimizer.initialize(w), w, tensor(1)).parameters.toArray());
 * ```
 */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  const { rho = 0.95, epsilon = 1e-7, ...rest } = options;
  checkHyperParameter('adadelta', 'rho', rho, 0, 1);
  checkHyperParameter('adadelta', 'epsilon', epsilon, 0, Infinity);
  const root = (mean: Tensor): Tensor => sqrt(add(mean, epsilon));
  return defineOptimizer(
    {
      name: 'adadelta',
      learningRate: 0.001,
      config: { rho, epsilon },
      slots: { square: zerosLikeParameter, squaredMove: zerosLikeParameter },
      scalars: ({ rate }) => rate,
      step({ parameter, gradient, slots }, rate) {
        const squares = averaged(slots.square, square(gradient), rho);
        const move = div(mul(root(slots.squaredMove), gradient), root(squares));
        return {
          parameter: sub(parameter, mul(move, rate)),
          slots: { square: squares, squaredMove: averaged(slots.squaredMove, square(move), rho) },
        };
      },
    },
    rest,
  );
}
