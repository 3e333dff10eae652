/** What `compile` makes: the functions that a model runs, captured unless told otherwise. */

import { raise } from '@deft/core';
import type { Layer, SequentialLayer } from '@deft/nn';
import type { Optimizer } from '@deft/optim';
import { jit, tensorSpec } from '@deft/tensor';
import type { Figure } from './figures.ts';
import type { Loss } from './losses/loss.ts';
import { resolveLoss } from './losses.ts';
import { resolveMetric } from './metrics.ts';
import type { CompileOptions } from './model-options.ts';
import { resolveOptimizer } from './optimizers.ts';
import {
  type EvaluationStep,
  evaluationStep,
  type Objective,
  predictionStep,
  type TrainingStep,
  trainingStep,
} from './training-step.ts';

/** A model's objective and the functions that pursue it. */
export interface Compiled {
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  readonly isJitted: boolean;
  readonly train: TrainingStep;
  readonly evaluate: EvaluationStep;
  readonly predict: ReturnType<typeof predictionStep>;
}

/** Examples: a batch has any number of them, so that the last one, which may be shorter, needs no program of its own. */
const batch = tensorSpec(['batch', '...']);

/** Evaluation, captured: compiled once for every batch size. */
export function prepareEvaluation(objective: Objective): EvaluationStep {
  const signature = [undefined, undefined, undefined, batch];
  return jit(evaluationStep(objective), { donate: [2], name: `${objective.layer.name} evaluation`, signature });
}

/** Prediction, captured: compiled once for every batch size. */
export function preparePrediction(layer: Layer, name: string): ReturnType<typeof predictionStep> {
  return jit(predictionStep(layer), { name: `${name} prediction`, signature: [undefined, undefined, batch] });
}

/** The training step, captured if asked for; it takes its weights and states over then. */
export function prepareTraining(objective: Objective, optimizer: Optimizer, isJitted: boolean): TrainingStep {
  const step = trainingStep(objective, optimizer);
  if (!isJitted) return step;
  const signature = [undefined, undefined, undefined, undefined, batch];
  return jit(step, { donate: [0, 1, 2, 3], name: `${objective.layer.name} training step`, signature });
}

/** How often a function was captured; 0 where it runs op by op. */
export function traceCountOf(step: TrainingStep | undefined): number {
  return (step as { readonly traceCount?: number } | undefined)?.traceCount ?? 0;
}

/** How many programs a function was compiled to; 0 where it runs op by op. */
export function compileCountOf(step: TrainingStep | undefined): number {
  return (step as { readonly compileCount?: number } | undefined)?.compileCount ?? 0;
}

/** The metrics with the names they have in logs. Throws `E_MODEL` where two would have the same. */
function figuresOf(options: CompileOptions, loss: Loss): Figure[] {
  const { metrics = [], weightedMetrics = [] } = options;
  const all: Figure[] = [];
  const add = (choice: unknown, isWeighted: boolean): void => {
    const metric = resolveMetric(choice, loss);
    const isTaken = (name: string): boolean => name === 'loss' || all.some((figure) => figure.name === name);
    const prefixed = `weighted${metric.name.charAt(0).toUpperCase()}${metric.name.slice(1)}`;
    const name = isWeighted && isTaken(metric.name) ? prefixed : metric.name;
    if (isTaken(name)) {
      const hint = "give one of them another: metrics.precision({ name: 'strictPrecision', thresholds: 0.9 })";
      raise('E_MODEL', { op: 'compile', argument: 'metrics', says: `two figures are called ${name}`, hint });
    }
    all.push({ name, metric, isWeighted });
  };
  for (const metric of metrics) add(metric, false);
  for (const metric of weightedMetrics) add(metric, true);
  return all;
}

/** Brings the options of `compile` to functions. Throws `E_MODEL` for unknown names. */
export function compileObjective(layer: SequentialLayer, options: CompileOptions): Compiled {
  const { jit: isJitted = true } = options;
  const loss = resolveLoss(options.loss);
  if (loss.reduction === 'none') {
    const expected = 'a reduction to one number, which training makes small';
    raise('E_MODEL', { op: 'compile', argument: 'loss', expected, found: `${loss.name} with the reduction none` });
  }
  const objective: Objective = { layer, loss, figures: figuresOf(options, loss) };
  const optimizer = resolveOptimizer(options.optimizer);
  return {
    objective,
    optimizer,
    isJitted,
    train: prepareTraining(objective, optimizer, isJitted),
    evaluate: isJitted ? prepareEvaluation(objective) : evaluationStep(objective),
    predict: isJitted ? preparePrediction(layer, layer.name) : predictionStep(layer),
  };
}
