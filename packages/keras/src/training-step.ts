/**
 * The functions that a model captures: one step of training, one of evaluation, one of prediction. Each is pure: weights,
 * optimiser state and layer state go in and come out. What a step reports is one small tensor (the loss and the sums of
 * the metrics), so that a step costs one read.
 */
import type { Tensor } from '@deft/core';
import type { Layer, Weights } from '@deft/nn';
import type { Optimizer, OptimizerState } from '@deft/optim';
import { cast, foldIn, mean, stack, sum, valueAndGrad } from '@deft/tensor';
import type { Loss } from './losses.ts';
import type { Metric } from './metrics.ts';

/** What a model is trained with. */
export interface Objective {
  readonly layer: Layer;
  readonly loss: Loss;
  readonly metrics: readonly Metric[];
}

/** What a step reports. */
export interface Figures {
  /** `[1 + metrics]`: the mean loss, then the sum of every metric's values. */
  readonly values: Tensor;
  /** How many values every metric summed. */
  readonly counts: readonly number[];
}

/** What a training step gives. */
export interface TrainingResult {
  readonly parameters: Weights;
  readonly optimizerState: OptimizerState;
  readonly layerState: Weights;
  readonly figures: Figures;
}

/** One step of training. Its first three arguments can be donated. */
export type TrainingStep = (
  parameters: Weights,
  optimizerState: OptimizerState,
  layerState: Weights,
  x: Tensor,
  y: Tensor,
  key: Tensor,
  learningRate: Tensor,
) => TrainingResult;

function measure({ loss, metrics }: Objective, target: Tensor, prediction: Tensor): { loss: Tensor; figures: Figures } {
  const cost = mean(loss.values(target, prediction));
  const measured = metrics.map((metric) => metric.values(target, prediction, loss));
  const sums = measured.map((values) => {
    const total = sum(values);
    return total.dtype === cost.dtype ? total : cast(total, cost.dtype);
  });
  return {
    loss: cost,
    figures: { values: stack([cost, ...sums]), counts: measured.map((values) => values.size) },
  };
}

/**
 * Forward, backward and update in one function. Random layers draw from the key and the optimiser's step count, so a run
 * is a pure function of weights, state and key.
 */
export function trainingStep(objective: Objective, optimizer: Optimizer): TrainingStep {
  const { layer } = objective;
  return (parameters, optimizerState, layerState, x, y, key, learningRate) => {
    const context = layer.random ? { training: true, key: foldIn(key, optimizerState.step) } : { training: true };
    const forward = (weights: Weights): readonly [Tensor, { state: Weights; figures: Figures }] => {
      const { output, state } = layer.apply(weights, layerState, x, context);
      const { loss, figures } = measure(objective, y, output);
      return [loss, { state, figures }];
    };
    const [[, { state, figures }], gradients] = valueAndGrad(forward, { hasAux: true })(parameters);
    const next = optimizer.update(gradients, optimizerState, parameters, learningRate);
    return { parameters: next.parameters, optimizerState: next.state, layerState: state, figures };
  };
}

/** Loss and metrics on a batch, without training. */
export function evaluationStep(
  objective: Objective,
): (parameters: Weights, layerState: Weights, x: Tensor, y: Tensor) => Figures {
  return (parameters, layerState, x, y) => {
    const { output } = objective.layer.apply(parameters, layerState, x, { training: false });
    return measure(objective, y, output).figures;
  };
}

/** The output for a batch. */
export function predictionStep(layer: Layer): (parameters: Weights, layerState: Weights, x: Tensor) => Tensor {
  return (parameters, layerState, x) => layer.apply(parameters, layerState, x, { training: false }).output;
}
