/** `sigmoidCrossEntropy`: the cross-entropy of labels and the sigmoid of logits, weighted. */
import type { OperationFunction, Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { lossErrors, lossSamples } from './definition/loss-samples.ts';
import { floating } from './definition/rules.ts';
import { checkReduction, type Loss, type LossOptions, weightedLoss } from './definition/weighted-loss.ts';
import { exp } from './exp.ts';
import { log1p } from './log1p.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { relu } from './relu.ts';
import { sub } from './sub.ts';

/**
 * The cross-entropy of labels (probabilities) and the sigmoid of logits, without overflow. `weights` broadcast to the losses; `reduction` says what becomes of them.
 *
 * @throws `E_BROADCAST` where labels and predictions do not fit, `E_ATTRIBUTE` for an unknown reduction.
 * @example
 * ```ts
 * import { sigmoidCrossEntropy, tensor } from '@deft/tensor';
 * console.log(sigmoidCrossEntropy(tensor([1, 0]), tensor([0.5, 0.25])).shape); // []
 * ```
 */
export const sigmoidCrossEntropy: OperationFunction<Loss> = defineComposite({
  name: 'sigmoidCrossEntropy',
  inputs: ['labels', 'logits', 'weights'],

  doc: {
    group: 'loss',
    summary: 'The cross-entropy of labels and the sigmoid of logits, weighted.',
    math: 'max(x, 0) − x · labels + ln(1 + exp(−|x|))',

    see: ['logLoss', 'softmaxCrossEntropy'],
  },
  promote: 'float',
  arguments: (labels: TensorLike, logits: TensorLike, weights: TensorLike = 1, options: LossOptions = {}) => {
    const { reduction = 'sumByNonzeroWeights' } = options;
    checkReduction('sigmoidCrossEntropy', reduction);
    return { inputs: [labels, logits, weights], attributes: { reduction } };
  },
  compose: ([labels, logits, weights], { reduction }): Tensor => {
    floating('sigmoidCrossEntropy', labels.abstract, logits.abstract);
    return weightedLoss(
      add(sub(relu(logits), mul(logits, labels)), log1p(exp(neg(abs(logits) as Tensor) as Tensor) as Tensor)) as Tensor,
      weights,
      reduction,
    );
  },

  samples: lossSamples([1, 0, 0.5, 2], [0.5, -0.25, 3, -4]),
  errors: lossErrors('sigmoidCrossEntropy'),
});
