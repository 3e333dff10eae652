/** `hingeLoss`: the hinge loss of labels 0 and 1, weighted. */
import type { OperationFunction, Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { lossErrors, lossSamples } from './definition/loss-samples.ts';
import { floating } from './definition/rules.ts';
import { checkReduction, type Loss, type LossOptions, weightedLoss } from './definition/weighted-loss.ts';
import { mul } from './mul.ts';
import { relu } from './relu.ts';
import { sub } from './sub.ts';

/**
 * `max(0, 1 − (2 · labels − 1) · predictions)` for labels 0 and 1. `weights` broadcast to the losses; `reduction` says what becomes of them.
 *
 * @throws `E_BROADCAST` where labels and predictions do not fit, `E_ATTRIBUTE` for an unknown reduction.
 * @example
 * ```ts
 * import { hingeLoss, tensor } from '@deft/tensor';
 * console.log(hingeLoss(tensor([1, 0]), tensor([0.5, 0.25])).shape); // []
 * ```
 */
export const hingeLoss: OperationFunction<Loss> = defineComposite({
  name: 'hingeLoss',
  inputs: ['labels', 'predictions', 'weights'],

  doc: {
    group: 'loss',
    summary: 'The hinge loss of labels 0 and 1, weighted.',
    math: 'max(0, 1 − (2 · labels − 1) · predictions)',

    see: ['logLoss'],
  },
  promote: 'float',
  arguments: (labels: TensorLike, predictions: TensorLike, weights: TensorLike = 1, options: LossOptions = {}) => {
    const { reduction = 'sumByNonzeroWeights' } = options;
    checkReduction('hingeLoss', reduction);
    return { inputs: [labels, predictions, weights], attributes: { reduction } };
  },
  compose: ([labels, predictions, weights], { reduction }): Tensor => {
    floating('hingeLoss', labels.abstract, predictions.abstract);
    return weightedLoss(relu(sub(1, mul(sub(mul(labels, 2), 1), predictions)) as Tensor) as Tensor, weights, reduction);
  },

  samples: lossSamples([1, 0, 1, 0], [0.5, 0.25, 0.75, 1]),
  errors: lossErrors('hingeLoss'),
});
