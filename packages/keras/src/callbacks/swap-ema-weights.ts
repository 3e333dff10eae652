/** `swapEmaWeights`: evaluation and checkpoints with the average of the weights. */
import type { Callback } from './callback.ts';

/** Options of `swapEmaWeights`. */
export interface SwapEmaWeightsOptions {
  /**
   * Whether the average is also in the model from the end of an epoch to the beginning of the next, for callbacks after this
   * one, such as `modelCheckpoint`; false unless told.
   */
  readonly swapOnEpoch?: boolean;
}

/**
 * Puts the moving average of the weights that the optimiser keeps (`useEma`, or `averageWeights`) in the place of the weights
 * while the model is evaluated or predicts, and the weights back after it.
 *
 * @throws `E_MODEL` from `fit`, `evaluate` or `predict` where the optimiser keeps no average
 * @example
 * ```ts
 * import { layers, sequential, swapEmaWeights } from '@deft/keras';
 * import { adam } from '@deft/optim';
 * import { ones } from '@deft/tensor';
 * const model = sequential([layers.dense(1)], { inputShape: [2] });
 * model.compile({ optimizer: adam({ useEma: true, emaMomentum: 0.9 }), loss: 'mse' });
 * const x = ones([4, 2]);
 * const y = ones([4, 1]);
 * // `valLoss` is that of the averaged weights.
 * await model.fit(x, y, { epochs: 2, validationData: [x, y], callbacks: [swapEmaWeights()] });
 * ```
 */
export function swapEmaWeights(options: SwapEmaWeightsOptions = {}): Callback {
  const { swapOnEpoch = false } = options;
  return {
    onTrainBegin: (control) => {
      // Says at once where there is nothing to swap.
      control.usesAverage = true;
      control.usesAverage = false;
    },
    onEpochBegin: (_, control) => {
      control.usesAverage = false;
    },
    onEpochEnd: (_, __, control) => {
      if (swapOnEpoch) control.usesAverage = true;
    },
    onTestBegin: (control) => {
      control.usesAverage = true;
    },
    onTestEnd: (_, control) => {
      control.usesAverage = false;
    },
    onPredictBegin: (control) => {
      control.usesAverage = true;
    },
    onPredictEnd: (control) => {
      control.usesAverage = false;
    },
  };
}
