/** `logLoss`: the logarithmic loss of probabilities, weighted. */
import type { OperationFunction, Tensor } from '@deft/core';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { lossErrors, lossSamples } from './definition/loss-samples.ts';
import { floating } from './definition/rules.ts';
import { checkReduction, type Loss, type LossOptions, weightedLoss } from './definition/weighted-loss.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sub } from './sub.ts';

/**
 * `−labels · ln(predictions + ε) − (1 − labels) · ln(1 − predictions + ε)`, with `epsilon` 1e-7 unless told. `weights` broadcast to the losses; `reduction` says what becomes of them.
 *
 * @throws `E_BROADCAST` where labels and predictions do not fit, `E_ATTRIBUTE` for an unknown reduction.
 * @example
 * ```ts
 * import { logLoss, tensor } from '@deft/tensor';
 * console.log(logLoss(tensor([1, 0]), tensor([0.5, 0.25])).shape); // []
 * ```
 */
export const logLoss: OperationFunction<Loss<{ readonly epsilon?: number }>> = defineComposite({
  name: 'logLoss',
  inputs: ['labels', 'predictions', 'weights'],

  doc: {
    group: 'loss',
    summary: 'The logarithmic loss of probabilities, weighted.',
    math: '−labels · ln(p + ε) − (1 − labels) · ln(1 − p + ε)',

    see: ['sigmoidCrossEntropy'],
  },
  promote: 'float',
  arguments: (
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = 1,
    options: LossOptions & { readonly epsilon?: number } = {},
  ) => {
    const { reduction = 'sumByNonzeroWeights', epsilon = 1e-7 } = options;
    checkReduction('logLoss', reduction);
    return { inputs: [labels, predictions, weights], attributes: { reduction, epsilon } };
  },
  compose: ([labels, predictions, weights], { reduction, epsilon }): Tensor => {
    floating('logLoss', labels.abstract, predictions.abstract);
    return weightedLoss(
      neg(
        add(
          mul(labels, log(add(predictions, epsilon) as Tensor)),
          mul(sub(1, labels), log(add(sub(1, predictions), epsilon) as Tensor)),
        ),
      ) as Tensor,
      weights,
      reduction,
    );
  },

  samples: lossSamples([1, 0, 0.5, 1], [0.25, 0.125, 0.75, 0.5]),
  errors: lossErrors('logLoss'),
});
