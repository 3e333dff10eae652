/** `sigmoidCrossEntropy`: the cross-entropy of labels and the sigmoid of logits, weighted. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
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

  samples: [
    {
      label: 'no weights',
      inputs: [nd([2, 2], [1, 0, 0.5, 2]), nd([2, 2], [0.5, -0.25, 3, -4]), nd([], [1])],
      grad: 'check',
    },
    {
      label: 'weights, their mean',
      inputs: [nd([2, 2], [1, 0, 0.5, 2]), nd([2, 2], [0.5, -0.25, 3, -4]), nd([2, 1], [2, 0.5])],
      rest: [{ reduction: 'mean' }],
      grad: 'check',
    },
    {
      label: 'each',
      inputs: [nd([2, 2], [1, 0, 0.5, 2]), nd([2, 2], [0.5, -0.25, 3, -4]), nd([2, 2], [1, 0, 3, 0.5])],
      rest: [{ reduction: 'none' }],
      grad: 'check',
    },
    {
      label: 'the sum',
      inputs: [nd([2, 2], [1, 0, 0.5, 2]), nd([2, 2], [0.5, -0.25, 3, -4]), nd([], [2])],
      rest: [{ reduction: 'sum' }],
      grad: 'check',
    },
    {
      label: 'weights of 0',
      inputs: [nd([2, 2], [1, 0, 0.5, 2]), nd([2, 2], [0.5, -0.25, 3, -4]), nd([], [0])],
      rest: [{ reduction: 'mean' }],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'an unknown reduction',
      inputs: [{ shape: [2] }, { shape: [2] }, { shape: [] }],
      rest: [{ reduction: 'all' }],
      code: 'E_ATTRIBUTE',
      says: /sigmoidCrossEntropy: reduction: expected 'none'.*got all/,
    },
    {
      label: 'shapes that do not fit',
      inputs: [{ shape: [2] }, { shape: [3] }, { shape: [] }],
      code: 'E_BROADCAST',
      says: /sigmoidCrossEntropy.*do not broadcast/,
    },
  ],
});
