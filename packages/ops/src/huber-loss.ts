/** `huberLoss`: squared for small differences, linear beyond, weighted. */
import type { OperationFunction, Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { lossErrors, lossSamples } from './definition/loss-samples.ts';
import { floating } from './definition/rules.ts';
import { checkReduction, type Loss, type LossOptions, weightedLoss } from './definition/weighted-loss.ts';
import { minimum } from './minimum.ts';
import { mul } from './mul.ts';
import { square } from './square.ts';
import { sub } from './sub.ts';

/**
 * Half the square of the difference up to `delta` (1 unless told), and linear beyond (Huber 1964). `weights` broadcast to the losses; `reduction` says what becomes of them.
 *
 * @throws `E_BROADCAST` where labels and predictions do not fit, `E_ATTRIBUTE` for an unknown reduction.
 * @example
 * ```ts
 * import { huberLoss, tensor } from '@deft/tensor';
 * console.log(huberLoss(tensor([1, 0]), tensor([0.5, 0.25])).shape); // []
 * ```
 */
export const huberLoss: OperationFunction<Loss<{ readonly delta?: number }>> = defineComposite({
  name: 'huberLoss',
  inputs: ['labels', 'predictions', 'weights'],

  doc: {
    group: 'loss',
    summary: 'Squared for small differences, linear beyond, weighted.',
    math: '½ e² for |e| ≤ δ, δ · |e| − ½ δ² beyond, e = predictions − labels',

    see: ['absoluteDifference', 'meanSquaredError'],
  },
  promote: 'float',
  arguments: (
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = 1,
    options: LossOptions & { readonly delta?: number } = {},
  ) => {
    const { reduction = 'sumByNonzeroWeights', delta = 1 } = options;
    checkReduction('huberLoss', reduction);
    return { inputs: [labels, predictions, weights], attributes: { reduction, delta } };
  },
  compose: ([labels, predictions, weights], { reduction, delta }): Tensor => {
    floating('huberLoss', labels.abstract, predictions.abstract);
    return weightedLoss(huber(labels, predictions, delta), weights, reduction);
  },

  samples: lossSamples([1, 0, 0.5, 4], [0.5, 0.25, 0.75, 1]),
  errors: lossErrors('huberLoss'),
});

/** `½ q² + δ · (|e| − q)` with `q = min(|e|, δ)`. */
function huber(labels: Tensor, predictions: Tensor, delta: number): Tensor {
  const error = abs(sub(predictions, labels)) as Tensor;
  const quadratic = minimum(error, delta) as Tensor;
  return add(mul(square(quadratic), 0.5), mul(sub(error, quadratic), delta)) as Tensor;
}
