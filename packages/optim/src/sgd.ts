/** `sgd`: gradient descent, with momentum if asked for, in Keras's formulation. */
import { mapTree, type Tensor } from '@deft/core';
import { add, mul, sub } from '@deft/tensor';
import {
  captured,
  checkHyperParameter,
  checkParameters,
  firstStep,
  nextStep,
  type Optimizer,
  type OptimizerState,
  perDType,
  zerosLikeTree,
} from './optimizer.ts';

/** Options of `sgd`. */
export interface SgdOptions {
  /** Size of a step; 0.01 unless told. */
  readonly learningRate?: number;
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
  const { learningRate = 0.01, momentum = 0, nesterov = false } = options;
  checkHyperParameter('sgd', 'learningRate', learningRate, 0, Infinity);
  checkHyperParameter('sgd', 'momentum', momentum, 0, 1);
  const hasVelocity = momentum > 0;
  return {
    name: 'sgd',
    learningRate,
    config: { learningRate, momentum, nesterov },
    initialize(parameters) {
      checkParameters('sgd', parameters);
      return { step: firstStep(), slots: hasVelocity ? { velocity: zerosLikeTree(parameters) } : {} };
    },
    update: captured('sgd', <P>(gradients: unknown, state: OptimizerState, parameters: P, rate: Tensor) => {
      const step = nextStep(state);
      const rateFor = perDType((inDType) => inDType(rate));
      const moves: unknown = mapTree((g: Tensor) => mul(g, rateFor(g)), gradients);
      if (!hasVelocity) {
        return {
          parameters: mapTree<P>((p: Tensor, move: Tensor) => sub(p, move), parameters, moves),
          state: { step, slots: {} },
        };
      }
      const velocity: unknown = mapTree(
        (v: Tensor, move: Tensor) => sub(mul(v, momentum), move),
        state.slots['velocity'],
        moves,
      );
      const apply = nesterov
        ? (p: Tensor, v: Tensor, move: Tensor): Tensor => add(p, sub(mul(v, momentum), move))
        : (p: Tensor, v: Tensor): Tensor => add(p, v);
      return { parameters: mapTree<P>(apply, parameters, velocity, moves), state: { step, slots: { velocity } } };
    }),
  };
}
