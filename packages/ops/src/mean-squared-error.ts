/** `meanSquaredError`: the squared difference of labels and predictions, weighted. */
import type { OperationFunction, Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { lossErrors, lossSamples } from './definition/loss-samples.ts';
import { floating } from './definition/rules.ts';
import { checkReduction, type Loss, type LossOptions, weightedLoss } from './definition/weighted-loss.ts';
import { squaredDifference } from './squared-difference.ts';

/**
 * The square of `labels − predictions`. `weights` broadcast to the losses; `reduction` says what becomes of them.
 *
 * @throws `E_BROADCAST` where labels and predictions do not fit, `E_ATTRIBUTE` for an unknown reduction.
 * @example
 * ```ts
 * import { meanSquaredError, tensor } from '@deft/tensor';
 * console.log(meanSquaredError(tensor([1, 0]), tensor([0.5, 0.25])).shape); // []
 * ```
 */
export const meanSquaredError: OperationFunction<Loss> = defineComposite({
  name: 'meanSquaredError',
  inputs: ['labels', 'predictions', 'weights'],

  doc: {
    group: 'loss',
    summary: 'The squared difference of labels and predictions, weighted.',
    math: '(labels − predictions)²',

    see: ['absoluteDifference', 'huberLoss'],
  },
  promote: 'float',
  arguments: (labels: TensorLike, predictions: TensorLike, weights: TensorLike = 1, options: LossOptions = {}) => {
    const { reduction = 'sumByNonzeroWeights' } = options;
    checkReduction('meanSquaredError', reduction);
    return { inputs: [labels, predictions, weights], attributes: { reduction } };
  },
  compose: ([labels, predictions, weights], { reduction }): Tensor => {
    floating('meanSquaredError', labels.abstract, predictions.abstract);
    return weightedLoss(squaredDifference(labels, predictions) as Tensor, weights, reduction);
  },

  samples: lossSamples([1, 0, 0.5, 2], [0.5, 0.25, 0.75, 1]),
  errors: lossErrors('meanSquaredError'),
});
