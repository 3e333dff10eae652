/** `rmsprop`: steps divided by the root of the mean square of gradients, in Keras's formulation. */
import type { Tensor } from '@deft/core';
import { add, div, maximum, mul, sqrt, square, sub } from '@deft/tensor';
import { defineOptimizer, type Leaf, zerosLikeParameter } from '../define-optimizer.ts';
import { checkHyperParameter } from '../hyper-parameters.ts';
import type { Optimizer } from '../optimizer.ts';
import type { OptimizerOptions } from '../optimizer-options.ts';
import { averaged } from './moments.ts';

/** Options of `rmsprop`. */
export interface RmspropOptions extends OptimizerOptions {
  /** Decay of the means; 0.9 unless told. */
  readonly rho?: number;
  /** Share of the last step that goes into the next one; 0 (none) unless told. */
  readonly momentum?: number;
  /** Keeps the quotient finite, under the root; 1e-7 unless told. */
  readonly epsilon?: number;
  /** Whether the variance of gradients takes the place of their mean square; false unless told. */
  readonly centered?: boolean;
}

type Slot = 'square' | 'velocity' | 'mean';

/**
 * RMSprop (Tieleman and Hinton, 2012), as Keras states it: `v ← ρ·v + (1 − ρ)·g²` and `p ← p − η·g/√(v + ε)`. With
 * momentum `s ← μ·s + η·g/√(v + ε)` and `p ← p − s`. Centered, `v` less the square of `a ← ρ·a + (1 − ρ)·g` stands under
 * the root (0 where rounding would make it negative; there is no such guard in Keras). `learningRate` is 0.001 unless told.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { rmsprop } from '@deft/optim';
 * import { tensor } from '@deft/tensor';
 * const optimizer = rmsprop({ momentum: 0.9, centered: true });
 * const w = tensor([1, 2]);
 * console.log(optimizer.update(tensor([0.5, -0.5]), optimizer.initialize(w), w, tensor(0.001)).parameters.toArray());
 * ```
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const { rho = 0.9, momentum = 0, epsilon = 1e-7, centered = false, ...rest } = options;
  checkHyperParameter('rmsprop', 'rho', rho, 0, 1);
  checkHyperParameter('rmsprop', 'momentum', momentum, 0, 1);
  checkHyperParameter('rmsprop', 'epsilon', epsilon, 0, Infinity);
  const kept = [...(momentum > 0 ? ['velocity'] : []), ...(centered ? ['mean'] : [])] as Slot[];
  const slots = Object.fromEntries((['square', ...kept] as Slot[]).map((slot) => [slot, zerosLikeParameter]));
  return defineOptimizer<Slot, Tensor>(
    {
      name: 'rmsprop',
      learningRate: 0.001,
      config: { rho, momentum, epsilon, centered },
      slots: slots as Record<Slot, (leaf: Leaf) => ReturnType<typeof zerosLikeParameter>>,
      scalars: ({ rate }) => rate,
      step({ parameter, gradient, slots: before }, rate) {
        const squares = averaged(before.square, square(gradient), rho);
        const after: Record<string, Tensor> = { square: squares };
        let variance: Tensor = squares;
        if (centered) {
          const mean = averaged(before.mean, gradient, rho);
          after['mean'] = mean;
          variance = maximum(sub(variance, square(mean)), 0);
        }
        let move: Tensor = div(mul(gradient, rate), sqrt(add(variance, epsilon)));
        if (momentum > 0) {
          move = add(mul(before.velocity, momentum), move);
          after['velocity'] = move;
        }
        return { parameter: sub(parameter, move), slots: after as Record<Slot, Tensor> };
      },
    },
    rest,
  );
}
