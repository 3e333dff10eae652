/** What a layer's declarations say of its weights beyond making them: their cost, and what they are brought back to. */
import { Tensor } from '@deft/core';
import { constrain } from './constraints.ts';
import { sumOf } from './define-layer.ts';
import type { WeightSpecification, Weights } from './layer.ts';
import { regularize } from './regularizers.ts';

function at(weights: Weights, path: readonly string[]): Tensor {
  return path.reduce(
    (level: Weights | Tensor, part) => (level as Weights)[part] as Weights | Tensor,
    weights,
  ) as Tensor;
}

/**
 * What the sizes of trained weights cost, by their regularisers: one number that the loss grows by; nothing where there are none.
 *
 * @param specifications what `layer.weights(inputShape)` gives
 * @example
 * ```ts
 * import { dense, weightPenalty } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const layer = dense(1, { useBias: false, kernelRegularizer: { name: 'l2', l2: 0.5 } });
 * console.log(weightPenalty(layer.weights([2]), { kernel: tensor([[1], [3]]) })?.item()); // → 5
 * ```
 */
export function weightPenalty(specifications: readonly WeightSpecification[], parameters: Weights): Tensor | undefined {
  return sumOf(
    specifications.map(({ path, trainable, regularizer }) =>
      trainable && regularizer ? regularize(regularizer, at(parameters, path)) : undefined,
    ),
  );
}

function replace(weights: Weights, path: readonly string[], value: Tensor): Weights {
  const [first, ...rest] = path as [string, ...string[]];
  return { ...weights, [first]: rest.length === 0 ? value : replace(weights[first] as Weights, rest, value) };
}

/**
 * Trained weights as their constraints allow them: what a step of training ends with.
 *
 * @param specifications what `layer.weights(inputShape)` gives
 * @example
 * ```ts
 * import { constrainWeights, dense } from '@deft/nn';
 * import { tensor } from '@deft/tensor';
 * const layer = dense(1, { useBias: false, kernelConstraint: 'nonNegative' });
 * console.log(constrainWeights(layer.weights([2]), { kernel: tensor([[-1], [3]]) })['kernel']?.toString());
 * ```
 */
export function constrainWeights(specifications: readonly WeightSpecification[], parameters: Weights): Weights {
  let constrained = parameters;
  for (const { path, trainable, constraint } of specifications) {
    if (!trainable || !constraint) continue;
    const weight = at(parameters, path);
    if (weight instanceof Tensor) constrained = replace(constrained, path, constrain(constraint, weight));
  }
  return constrained;
}
