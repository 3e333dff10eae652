/** `adagrad`: steps divided by the root of all squared gradients so far, in Keras's formulation. */
import { add, div, mul, sqrt, square, sub } from '@deft/tensor';
import { defineOptimizer } from '../define-optimizer.ts';
import { checkHyperParameter } from '../hyper-parameters.ts';
import type { Optimizer } from '../optimizer.ts';
import type { OptimizerOptions } from '../optimizer-options.ts';

/** Options of `adagrad`. */
export interface AdagradOptions extends OptimizerOptions {
  /** What the sum of squares begins with; 0.1 unless told. */
  readonly initialAccumulatorValue?: number;
  /** Keeps the quotient finite, under the root; 1e-7 unless told. */
  readonly epsilon?: number;
}

/**
 * Adagrad (Duchi, Hazan and Singer, 2011), as Keras states it: `a ← a + g²`, `p ← p − η·g/√(a + ε)`. `learningRate` is
 * 0.001 unless told; the paper's is 1.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { adagrad } from '@deft/optim';
 * import { tensor } from '@deft/tensor';
 * const optimizer = adagrad({ initialAccumulatorValue: 0 });
 * const w = tensor([1, 2]);
 * console.log(optimizer.update(tensor([3, -4]), optimizer.initialize(w), w, tensor(0.5)).parameters.toArray()); // [0.5, 2.5]
 * ```
 */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const { initialAccumulatorValue = 0.1, epsilon = 1e-7, ...rest } = options;
  checkHyperParameter('adagrad', 'initialAccumulatorValue', initialAccumulatorValue, 0, Infinity);
  checkHyperParameter('adagrad', 'epsilon', epsilon, 0, Infinity);
  return defineOptimizer(
    {
      name: 'adagrad',
      learningRate: 0.001,
      config: { initialAccumulatorValue, epsilon },
      slots: { accumulator: ({ shape }) => ({ shape, value: initialAccumulatorValue }) },
      scalars: ({ rate }) => rate,
      step({ parameter, gradient, slots }, rate) {
        const accumulator = add(slots.accumulator, square(gradient));
        return {
          parameter: sub(parameter, div(mul(gradient, rate), sqrt(add(accumulator, epsilon)))),
          slots: { accumulator },
        };
      },
    },
    rest,
  );
}
