/** `cosineDistance`: 1 minus the products along an axis, weighted. */
import { nd, normalizeAxis, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { operand } from './definition/operand.ts';
import { floating } from './definition/rules.ts';
import { checkReduction, type Loss, type LossOptions, weightedLoss } from './definition/weighted-loss.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';

/**
 * `1 − Σ labels · predictions` along an axis (the last unless told), which stays with size 1, for labels and predictions of length 1. `weights`
 * broadcast to the losses; `reduction` says what becomes of them.
 *
 * @throws `E_AXIS`, `E_BROADCAST` where labels, predictions and weights do not fit, `E_ATTRIBUTE` for an unknown reduction.
 * @example
 * ```ts
 * import { cosineDistance, tensor } from '@deft/tensor';
 * console.log(cosineDistance(tensor([1, 0]), tensor([0, 1])).item()); // 1
 * ```
 */
export const cosineDistance: OperationFunction<Loss<{ readonly axis?: number }, true>> = defineComposite({
  name: 'cosineDistance',
  inputs: ['labels', 'predictions', 'weights'],
  doc: {
    group: 'loss',
    summary: '1 minus the products of labels and predictions along an axis, weighted.',
    math: '1 − Σ labels · predictions',
    see: ['meanSquaredError', 'computeWeightedLoss'],
  },
  promote: 'float',
  arguments: (
    labels: TensorLike,
    predictions: TensorLike,
    weights: TensorLike = 1,
    { axis = -1, reduction = 'sumByNonzeroWeights' }: LossOptions & { readonly axis?: number } = {},
  ) => {
    const input = operand('cosineDistance', 'labels', labels);
    checkReduction('cosineDistance', reduction);
    return {
      inputs: [input, predictions, weights],
      attributes: { axis: normalizeAxis('cosineDistance', axis, input.rank), reduction },
    };
  },
  compose: ([labels, predictions, weights], { axis, reduction }): Tensor => {
    floating('cosineDistance', labels.abstract, predictions.abstract);
    const products = sum(mul(labels, predictions), { axis, keepDims: true }) as Tensor;
    return weightedLoss(sub(1, products) as Tensor, weights, reduction);
  },
  samples: [
    {
      label: 'rows',
      inputs: [nd([2, 2], [1, 0, 0.6, 0.8]), nd([2, 2], [0.6, 0.8, 0, 1]), nd([], [1])],
      grad: 'check',
    },
    {
      label: 'weights, their mean',
      inputs: [nd([2, 2], [1, 0, 0.6, 0.8]), nd([2, 2], [0.6, 0.8, 0, 1]), nd([2, 1], [2, 0.5])],
      rest: [{ axis: 1, reduction: 'mean' }],
      grad: 'check',
    },
    { label: 'no rows', inputs: [nd([0, 2], []), nd([0, 2], []), nd([], [1])] },
  ],
  errors: [
    {
      label: 'out of range',
      inputs: [{ shape: [2] }, { shape: [2] }, { shape: [] }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /cosineDistance: axis: .*got 1/,
    },
  ],
});
