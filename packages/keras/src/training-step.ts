/**
 * The functions that a model captures: one step of training (or several in a row), one of evaluation, one of prediction. Each is
 * pure: weights, optimiser state, layer state and the state of the figures go in and come out. What a step reports is one small
 * tensor (the loss and the metrics so far), so that a step costs one read.
 */
import type { Tensor } from '@deft/core';
import type { WeightSpecification } from '@deft/nn';
import {
  constrainWeights,
  type ExampleShape,
  type LayerLike,
  type Signal,
  type Weights,
  weightPenalty,
} from '@deft/nn';
import type { Optimizer, OptimizerState } from '@deft/optim';
import { add, cast, foldIn, reshape, scan, slice, stack, valueAndGrad } from '@deft/tensor';
import { type Batch, type FigureState, inFullWidth, type Measure, measure, tensorsOf } from './figures.ts';

/** What a model is trained with. */
export interface Objective extends Measure {
  readonly layer: LayerLike;
}

/** What every step with figures gives. */
export interface Measured {
  readonly figures: FigureState;
  /** `[2 + …]`: the loss of the batch, the loss so far, and what `reportedNames` tells. */
  readonly values: Tensor;
  /** The layer's state to go on with. */
  readonly layerState: Weights;
}

/** What a training step gives. */
export interface TrainingResult extends Measured {
  readonly parameters: Weights;
  readonly optimizerState: OptimizerState;
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

/** Several steps of training in a row, on batches of one size, with a learning rate for each. */
export type TrainingSteps = (
  parameters: Weights,
  optimizerState: OptimizerState,
  layerState: Weights,
  figures: FigureState,
  batches: readonly Batch[],
  key: Tensor,
  learningRates: Tensor,
) => TrainingResult;

/** Loss and metrics on a batch, without training. The state of the figures can be donated. */
export type EvaluationStep = (parameters: Weights, layerState: Weights, figures: FigureState, batch: Batch) => Measured;

/** Outputs for a batch, and the layer's state to go on with. */
export type PredictionStep = (
  parameters: Weights,
  layerState: Weights,
  x: Signal,
) => { readonly output: Signal; readonly layerState: Weights };

/** The weights of a layer for a batch. */
function weightsFor(layer: LayerLike, x: Signal): readonly WeightSpecification[] {
  const shapes = tensorsOf(x).map((one): ExampleShape => one.shape.slice(1));
  return layer.weights(Array.isArray(x) ? shapes : (shapes[0] as ExampleShape));
}

function sumOf(a: Tensor | undefined, b: Tensor | undefined): Tensor | undefined {
  return a && b ? (add(a, cast(b, a.dtype)) as Tensor) : (a ?? b);
}

/**
 * Forward, backward and update in one function. Random layers draw from the key and the optimiser's step count, so a run
 * is a pure function of weights, state and key.
 */
export function trainingStep(objective: Objective, optimizer: Optimizer): TrainingStep {
  const { layer } = objective;
  return (parameters, optimizerState, layerState, figures, batch, key, learningRate) => {
    const specifications = weightsFor(layer, batch.x);
    const context = layer.random ? { training: true, key: foldIn(key, optimizerState.step) } : { training: true };
    const forward = (weights: Weights): readonly [Tensor, Measured] => {
      const result = layer.apply(weights, layerState, batch.x, context);
      const penalty = sumOf(weightPenalty(specifications, weights), result.penalty);
      const { cost, state, values } = measure(objective, figures, batch, result, penalty);
      const scaled = optimizer.scaleLoss?.(cost, optimizerState) ?? cost;
      return [scaled, { figures: state, values, layerState: result.state }];
    };
    const [[, measured], gradients] = valueAndGrad(forward, { hasAux: true })(parameters);
    const next = optimizer.update(gradients, optimizerState, parameters, learningRate);
    const constrained = constrainWeights(specifications, next.parameters);
    return { parameters: constrained, optimizerState: next.state, ...measured };
  };
}

/** The same on several batches in a row, as one loop: what it reports are the figures after the last. */
export function trainingSteps(objective: Objective, optimizer: Optimizer): TrainingSteps {
  const step = trainingStep(objective, optimizer);
  return (parameters, optimizerState, layerState, figures, batches, key, learningRates) => {
    const together = (of: (batch: Batch) => Signal): Signal => {
      const all = batches.map((batch) => tensorsOf(of(batch)));
      const stacked = (all[0] as readonly Tensor[]).map((_, i) => stack(all.map((one) => one[i] as Tensor)) as Tensor);
      return Array.isArray(of(batches[0] as Batch)) ? stacked : (stacked[0] as Tensor);
    };
    const isWeighted = batches[0]?.sampleWeight !== undefined;
    const batch: Batch = {
      x: together(({ x }) => x),
      y: together(({ y }) => y),
      ...(isWeighted && { sampleWeight: together(({ sampleWeight }) => sampleWeight as Signal) }),
    };
    const start = { parameters, optimizerState, layerState, figures };
    const [end, values] = scan(
      (now: typeof start, slice: { batch: Batch; rate: Tensor }) => {
        const next = step(
          now.parameters,
          now.optimizerState,
          now.layerState,
          now.figures,
          slice.batch,
          key,
          slice.rate,
        );
        const { values: reported, ...carried } = next;
        return [carried as typeof start, reported];
      },
      start,
      { batch, rate: learningRates } as { batch: Batch; rate: Tensor },
    ) as unknown as [typeof start, Tensor];
    const [count, reported] = values.shape as [number, number];
    const last = slice(values, [count - 1, 0], [1, reported]) as Tensor;
    return { ...end, values: reshape(last, [reported]) as Tensor };
  };
}

/** Loss and metrics on a batch, without training. */
export function evaluationStep(objective: Objective): EvaluationStep {
  const { layer } = objective;
  return (parameters, layerState, figures, batch) => {
    const result = layer.apply(parameters, layerState, batch.x, { training: false });
    const penalty = sumOf(weightPenalty(weightsFor(layer, batch.x), parameters), result.penalty);
    const { state, values } = measure(objective, figures, batch, result, penalty);
    // Most layers leave their state as it is; what is not given out need not be computed.
    return { figures: state, values, layerState: layer.stateful ? result.state : {} };
  };
}

/** The outputs for a batch. */
export function predictionStep(layer: LayerLike): PredictionStep {
  return (parameters, layerState, x) => {
    const { output, state } = layer.apply(parameters, layerState, x, { training: false });
    const given: Signal = Array.isArray(output) ? output.map(inFullWidth) : inFullWidth(output as Tensor);
    return { output: given, layerState: layer.stateful ? state : {} };
  };
}
