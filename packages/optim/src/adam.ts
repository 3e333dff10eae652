/** `adam` and `adamW`: adaptive moment estimation, without and with decoupled weight decay, in Keras's formulation. */
import { mapTree, type Tensor } from '@deft/core';
import { add, cast, div, expm1, mul, neg, sqrt, square, sub } from '@deft/tensor';
import {
  captured,
  checkHyperParameter,
  checkParameters,
  firstStep,
  nextStep,
  type Optimizer,
  type OptimizerState,
  type OptimizerUpdate,
  perDType,
  zerosLikeTree,
} from './optimizer.ts';

/** Options of `adam`. */
export interface AdamOptions {
  /** Size of a step; 0.001 unless told. */
  readonly learningRate?: number;
  /** Decay of the mean of gradients; 0.9 unless told. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients; 0.999 unless told. */
  readonly beta2?: number;
  /** Keeps the quotient finite; 1e-7 unless told. It is the paper's ε̂: added before the second bias correction. */
  readonly epsilon?: number;
}

/** Options of `adamW`. */
export interface AdamWOptions extends AdamOptions {
  /** Share of a parameter that a step of size 1 takes away; 0.004 unless told. */
  readonly weightDecay?: number;
}

/** `1 − βᵗ` for a rank-0 float tensor `t`, without the cancellation that `1 − pow(β, t)` has for β near 1. */
function biasCorrection(beta: number, step: Tensor): Tensor {
  return neg(expm1(mul(step, Math.log(beta))));
}

function adaptiveMoments(name: string, options: Required<AdamOptions>, weightDecay: number): Optimizer {
  const { learningRate, beta1, beta2, epsilon } = options;
  checkHyperParameter(name, 'learningRate', learningRate, 0, Infinity);
  checkHyperParameter(name, 'beta1', beta1, 0, 1);
  checkHyperParameter(name, 'beta2', beta2, 0, 1);
  checkHyperParameter(name, 'epsilon', epsilon, 0, Infinity);
  checkHyperParameter(name, 'weightDecay', weightDecay, 0, Infinity);
  return {
    name,
    learningRate,
    config: name === 'adamW' ? { ...options, weightDecay } : { ...options },
    initialize(parameters) {
      checkParameters(name, parameters);
      return { step: firstStep(), slots: { mean: zerosLikeTree(parameters), square: zerosLikeTree(parameters) } };
    },
    update: captured(
      name,
      <P>(gradients: unknown, state: OptimizerState, parameters: P, learningRateNow: Tensor): OptimizerUpdate<P> => {
        const step = nextStep(state);
        const scalarsFor = perDType((inDType, dtype) => {
          const rate = inDType(learningRateNow);
          const steps = cast(step, dtype);
          const size = div(mul(rate, sqrt(biasCorrection(beta2, steps))), biasCorrection(beta1, steps));
          return { size, kept: weightDecay > 0 ? sub(1, mul(rate, weightDecay)) : undefined };
        });
        const mean: unknown = mapTree(
          (m: Tensor, g: Tensor) => add(m, mul(sub(g, m), 1 - beta1)),
          state.slots['mean'],
          gradients,
        );
        const squares: unknown = mapTree(
          (v: Tensor, g: Tensor) => add(v, mul(sub(square(g), v), 1 - beta2)),
          state.slots['square'],
          gradients,
        );
        const next = mapTree<P>(
          (p: Tensor, m: Tensor, v: Tensor) => {
            const { size, kept } = scalarsFor(p);
            const start = kept === undefined ? p : mul(p, kept);
            return sub(start, div(mul(m, size), add(sqrt(v), epsilon)));
          },
          parameters,
          mean,
          squares,
        );
        return { parameters: next, state: { step, slots: { mean, square: squares } } };
      },
    ),
  };
}

const defaults: Required<AdamOptions> = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };

/**
 * Adam (Kingma and Ba, 2015), as Keras states it: `m ← m + (g − m)(1 − β₁)`, `v ← v + (g² − v)(1 − β₂)`,
 * `p ← p − η·√(1 − β₂ᵗ)/(1 − β₁ᵗ) · m / (√v + ε)`. The corrections are computed in the graph from the step count.
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
  return adaptiveMoments('adam', { ...defaults, ...options }, 0);
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
 * const optimizer = adamW({ learningRate: 3e-4, weightDecay: 0.01 });
 * console.log(optimizer.config);
 * ```
 */
export function adamW(options: AdamWOptions = {}): Optimizer {
  const { weightDecay = 0.004, ...rest } = options;
  return adaptiveMoments('adamW', { ...defaults, ...rest }, weightDecay);
}
