/** `adam` and `adamW`: adaptive moment estimation, without and with decoupled weight decay, in Keras's formulation. */
import type { Tensor } from '@deft/core';
import { add, div, maximum, mul, sqrt, square, sub } from '@deft/tensor';
import { defineOptimizer, type StepScalars, zerosLikeParameter } from '../define-optimizer.ts';
import type { Optimizer } from '../optimizer.ts';
import { averaged, biasCorrection, type MomentOptions, type Moments, momentsOf } from './moments.ts';

/** Options of `adam`. The `epsilon` is the paper's ε̂: added before the second bias correction. */
export interface AdamOptions extends MomentOptions {
  /** Whether the largest mean of squares so far takes the place of the present one; false unless told. */
  readonly amsgrad?: boolean;
}

/** Options of `adamW`: those of `adam`, with a `weightDecay` of 0.004 unless told. */
export type AdamWOptions = AdamOptions;

/** `η·√(1 − β₂ᵗ)/(1 − β₁ᵗ)`: the learning rate with both corrections. */
export function correctedRate({ rate, step }: StepScalars, { beta1, beta2 }: Moments): Tensor {
  return div(mul(rate, sqrt(biasCorrection(beta2, step))), biasCorrection(beta1, step));
}

function adaptiveMoments(name: string, { amsgrad = false, ...options }: AdamOptions): Optimizer {
  const { moments, rest } = momentsOf(name, options);
  const { beta1, beta2, epsilon } = moments;
  const moved = (parameter: Tensor, mean: Tensor, squares: Tensor, size: Tensor): Tensor =>
    sub(parameter, div(mul(mean, size), add(sqrt(squares), epsilon)));
  const rule = {
    name,
    learningRate: 0.001,
    config: { ...moments, amsgrad },
    scalars: (now: StepScalars) => correctedRate(now, moments),
  };
  if (amsgrad) {
    return defineOptimizer<'mean' | 'square' | 'largestSquare', Tensor>(
      {
        ...rule,
        slots: { mean: zerosLikeParameter, square: zerosLikeParameter, largestSquare: zerosLikeParameter },
        step({ parameter, gradient, slots }, size) {
          const mean = averaged(slots.mean, gradient, beta1);
          const squares = averaged(slots.square, square(gradient), beta2);
          const largestSquare = maximum(slots.largestSquare, squares);
          return {
            parameter: moved(parameter, mean, largestSquare, size),
            slots: { mean, square: squares, largestSquare },
          };
        },
      },
      rest,
    );
  }
  return defineOptimizer<'mean' | 'square', Tensor>(
    {
      ...rule,
      slots: { mean: zerosLikeParameter, square: zerosLikeParameter },
      step({ parameter, gradient, slots }, size) {
        const mean = averaged(slots.mean, gradient, beta1);
        const squares = averaged(slots.square, square(gradient), beta2);
        return { parameter: moved(parameter, mean, squares, size), slots: { mean, square: squares } };
      },
    },
    rest,
  );
}

/**
 * Adam (Kingma and Ba, 2015), as Keras states it: `m ← m + (g − m)(1 − β₁)`, `v ← v + (g² − v)(1 − β₂)`,
 * `p ← p − η·√(1 − β₂ᵗ)/(1 − β₁ᵗ) · m / (√v + ε)`. The corrections are computed in the graph from the step count. With
 * `amsgrad` (Reddi, Kale and Kumar, 2018) the largest `v` so far stands in the quotient. `learningRate` is 0.001 unless
 * told.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { adam } from '@deft/optim';
 * import { tensor } from '@deft/tensor';
 * const optimizer = adam();
 * const parameters = [tensor([1, 2])];
 * const { parameters: next } = optimizer.update([tensor([0.5, -0.5])], optimizer.initialize(parameters), parameters, tensor(0.001));
 * console.log(next[0].toArray());
 * ```
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return adaptiveMoments('adam', options);
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, 2019): every step first takes `η·λ·p` away from a parameter,
 * then steps as `adam` does; the decay does not go through the moments.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { adamW } from '@deft/optim';
 * const optimizer = adamW({ learningRate: 3e-4, weightDecay: 0.01, excludeFromWeightDecay: ['bias'] });
 * console.log(optimizer.config);
 * ```
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  return adaptiveMoments('adamW', { weightDecay: 0.004, ...options });
}
