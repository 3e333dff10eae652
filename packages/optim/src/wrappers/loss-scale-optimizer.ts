/** `lossScaleOptimizer`: an optimiser that finds the factor of the loss itself and leaves steps out that overflowed. */
import { flatten, mapTree, recorded, type Tensor } from '@deft/core';
import { add, all, clip, div, equal, isFinite, logicalAnd, mul, where } from '@deft/tensor';
import { checkCount, checkPositive } from '../hyper-parameters.ts';
import { filled, inDType, selectTree, workingDType } from '../leaves.ts';
import type { Optimizer } from '../optimizer.ts';
import { wrapOptimizer } from './wrap-optimizer.ts';

/** Options of `lossScaleOptimizer`. */
export interface LossScaleOptions {
  /** The factor to begin with; 2¹⁵ unless told. */
  readonly initialScale?: number;
  /** The factor doubles after so many steps in a row with finite gradients; 2000 unless told. */
  readonly dynamicGrowthSteps?: number;
}

/** The factor stays within these, so that neither it nor its reciprocal leaves float32. */
const smallestScale = 2 ** -24;
const largestScale = 2 ** 100;

/**
 * An optimiser for gradients of the loss times a factor that it adapts: a step whose gradients are not all finite is left
 * out and halves the factor, and `dynamicGrowthSteps` finite ones in a row double it. Take gradients of
 * `scaleLoss(loss, state)`; models of `@deft/keras` do. Nothing is read back: it is part of the captured step.
 *
 * Source: Micikevicius et al., Mixed Precision Training, 2018; Keras's `LossScaleOptimizer`.
 *
 * Throws `E_ATTRIBUTE` for options out of range.
 *
 * @example
 * ```ts
 * import { adam, lossScaleOptimizer } from '@deft/optim';
 * import { tensor } from '@deft/tensor';
 * const optimizer = lossScaleOptimizer(adam(), { initialScale: 1024 });
 * const w = tensor([1]);
 * const { parameters, state } = optimizer.update(tensor([Infinity]), optimizer.initialize(w), w, tensor(0.1));
 * console.log(parameters.toArray(), optimizer.scaleLoss?.(tensor(1), state).item()); // [1] 512
 * ```
 */
export function lossScaleOptimizer(optimizer: Optimizer, options: LossScaleOptions = {}): Optimizer {
  const { initialScale = 2 ** 15, dynamicGrowthSteps = 2000 } = options;
  checkPositive(optimizer.name, 'initialScale', initialScale);
  checkCount(optimizer.name, 'dynamicGrowthSteps', dynamicGrowthSteps);
  return recorded(
    'lossScaleOptimizer',
    { optimizer, ...options },
    wrapOptimizer(optimizer, {
      name: `${optimizer.name}, scaling the loss`,
      config: { initialScale, dynamicGrowthSteps },
      start: () => ({ scale: filled([], initialScale, 'float32'), finiteSteps: filled([], 0, 'int32') }),
      update({ gradients, own, inner, parameters, apply }) {
        const scale = own['scale'] as Tensor;
        const finite = (flatten(gradients).leaves as Tensor[])
          .map((g) => all(isFinite(g)) as Tensor)
          .reduce<Tensor>((both, one) => logicalAnd(both, one), filled([], 1, 'bool'));
        const unscaled: unknown = mapTree((g: Tensor) => {
          const dtype = workingDType(g.dtype);
          return div(inDType(g, dtype), inDType(scale, dtype));
        }, gradients);
        const next = apply(unscaled);
        const count = add(own['finiteSteps'] as Tensor, 1) as Tensor;
        const grows = equal(count, dynamicGrowthSteps) as Tensor;
        const nextScale = where(finite, where(grows, mul(scale, 2), scale), mul(scale, 0.5)) as Tensor;
        return {
          parameters: selectTree(finite, next.parameters, parameters),
          inner: selectTree(finite, next.state, inner),
          own: {
            scale: clip(nextScale, smallestScale, largestScale),
            finiteSteps: where(finite, where(grows, 0, count), 0),
          },
        };
      },
      scaleLoss: (loss, own) => mul(loss, inDType(own['scale'] as Tensor, loss.dtype)),
    }),
  );
}
