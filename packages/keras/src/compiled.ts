/** What `compile` makes: the functions that a model runs, captured unless told otherwise. */
import type { Layer, SequentialLayer } from '@deft/nn';
import type { Optimizer } from '@deft/optim';
import { jit, tensorSpec } from '@deft/tensor';
import { resolveLoss } from './losses.ts';
import { resolveMetric } from './metrics.ts';
import type { CompileOptions } from './model-options.ts';
import { resolveOptimizer } from './optimizers.ts';
import { evaluationStep, type Objective, predictionStep, type TrainingStep, trainingStep } from './training-step.ts';

/** A model's objective and the functions that pursue it. */
export interface Compiled {
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  readonly metricNames: readonly string[];
  readonly isJitted: boolean;
  readonly train: TrainingStep;
  readonly evaluate: ReturnType<typeof evaluationStep>;
  readonly predict: ReturnType<typeof predictionStep>;
}

/** Examples: a batch has any number of them, so that the last one, which may be shorter, needs no program of its own. */
const batch = tensorSpec(['batch', '...']);

/** Evaluation, captured: compiled once for every batch size. */
export function prepareEvaluation(objective: Objective): ReturnType<typeof evaluationStep> {
  const signature = [undefined, undefined, batch, batch];
  return jit(evaluationStep(objective), { name: `${objective.layer.name} evaluation`, signature });
}

/** Prediction, captured: compiled once for every batch size. */
export function preparePrediction(layer: Layer, name: string): ReturnType<typeof predictionStep> {
  return jit(predictionStep(layer), { name: `${name} prediction`, signature: [undefined, undefined, batch] });
}

/** The training step, captured if asked for; it takes its weights and states over then. */
export function prepareTraining(objective: Objective, optimizer: Optimizer, isJitted: boolean): TrainingStep {
  const step = trainingStep(objective, optimizer);
  if (!isJitted) return step;
  const signature = [undefined, undefined, undefined, batch, batch];
  return jit(step, { donate: [0, 1, 2], name: `${objective.layer.name} training step`, signature });
}

/** How often a function was captured; 0 where it runs op by op. */
export function traceCountOf(step: TrainingStep | undefined): number {
  return (step as { readonly traceCount?: number } | undefined)?.traceCount ?? 0;
}

/** How many programs a function was compiled to; 0 where it runs op by op. */
export function compileCountOf(step: TrainingStep | undefined): number {
  return (step as { readonly compileCount?: number } | undefined)?.compileCount ?? 0;
}

/** Brings the options of `compile` to functions. Throws `E_MODEL` for unknown names. */
export function compileObjective(layer: SequentialLayer, options: CompileOptions): Compiled {
  const { metrics = [], jit: isJitted = true } = options;
  const objective: Objective = { layer, loss: resolveLoss(options.loss), metrics: metrics.map(resolveMetric) };
  const optimizer = resolveOptimizer(options.optimizer);
  return {
    objective,
    optimizer,
    metricNames: objective.metrics.map((metric) => metric.name),
    isJitted,
    train: prepareTraining(objective, optimizer, isJitted),
    evaluate: isJitted ? prepareEvaluation(objective) : evaluationStep(objective),
    predict: isJitted ? preparePrediction(layer, layer.name) : predictionStep(layer),
  };
}
