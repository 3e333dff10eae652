/**
 * The functions that a model captures: one step of training, one of evaluation, one of prediction. Each is pure: weights,
 * optimiser state, layer state and the state of the figures go in and come out. What a step reports is one small tensor
 * (the loss and the metrics so far), so that a step costs one read.
 */
import type { Tensor } from '@deft/core';
import type { Layer, Weights } from '@deft/nn';
import type { Optimizer, OptimizerState } from '@deft/optim';
import { foldIn, valueAndGrad } from '@deft/tensor';
import { type Batch, type FigureState, type Measure, measure } from './figures.ts';

/** What a model is trained with. */
export interface Objective extends Measure {
  readonly layer: Layer;
}

/** What every step with figures gives. */
export interface Measured {
  readonly figures: FigureState;
  /** `[2 + metrics]`: the loss of the batch, the loss so far, the metrics so far. */
  readonly values: Tensor;
}

/** What a training step gives. */
export interface TrainingResult extends Measured {
  readonly parameters: Weights;
  readonly optimizerState: OptimizerState;
  readonly layerState: Weights;
}

/** One step of training. Its first four arguments can be donated. */
export type TrainingStep = (
  parameters: Weights,
  optimizerState: OptimizerState,
  layerState: Weights,
  figures: FigureState,
  batch: Batch,
  key: Tensor,
  learningRate: Tensor,
) => TrainingResult;

/** Loss and metrics on a batch, without training. The state of the figures can be donated. */
export type EvaluationStep = (parameters: Weights, layerState: Weights, figures: FigureState, batch: Batch) => Measured;

/**
 * Forward, backward and update in one function. Random layers draw from the key and the optimiser's step count, so a run
 * is a pure function of weights, state and key.
 */
export function trainingStep(objective: Objective, optimizer: Optimizer): TrainingStep {
  const { layer } = objective;
  return (parameters, optimizerState, layerState, figures, batch, key, learningRate) => {
    const context = layer.random ? { training: true, key: foldIn(key, optimizerState.step) } : { training: true };
    const forward = (weights: Weights): readonly [Tensor, { state: Weights; measured: Measured }] => {
      const { output, state } = layer.apply(weights, layerState, batch.x, context);
      const { cost, state: next, values } = measure(objective, figures, batch, output);
      const scaled = optimizer.scaleLoss?.(cost, optimizerState) ?? cost;
      return [scaled, { state, measured: { figures: next, values } }];
    };
    const [[, { state, measured }], gradients] = valueAndGrad(forward, { hasAux: true })(parameters);
    const next = optimizer.update(gradients, optimizerState, parameters, learningRate);
    return { parameters: next.parameters, optimizerState: next.state, layerState: state, ...measured };
  };
}

/** Loss and metrics on a batch, without training. */
export function evaluationStep(objective: Objective): EvaluationStep {
  return (parameters, layerState, figures, batch) => {
    const { output } = objective.layer.apply(parameters, layerState, batch.x, { training: false });
    const { state, values } = measure(objective, figures, batch, output);
    return { figures: state, values };
  };
}

/** The output for a batch. */
export function predictionStep(layer: Layer): (parameters: Weights, layerState: Weights, x: Tensor) => Tensor {
  return (parameters, layerState, x) => layer.apply(parameters, layerState, x, { training: false }).output;
}
