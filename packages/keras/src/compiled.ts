/** What `compile` makes: the functions that a model runs, captured unless told otherwise. */
import type { SequentialLayer } from '@deft/nn';
import type { Optimizer } from '@deft/optim';
import { jit } from '@deft/tensor';
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

/** The training step, captured if asked for; it takes its weights and states over then. */
export function prepareTraining(objective: Objective, optimizer: Optimizer, isJitted: boolean): TrainingStep {
  const step = trainingStep(objective, optimizer);
  return isJitted ? jit(step, { donate: [0, 1, 2], name: `${objective.layer.name} training step` }) : step;
}

/** How often a function was captured; 0 where it runs op by op. */
export function traceCountOf(step: TrainingStep | undefined): number {
  return (step as { readonly traceCount?: number } | undefined)?.traceCount ?? 0;
}

/** Brings the options of `compile` to functions. Throws `E_MODEL` for unknown names. */
export function compileObjective(layer: SequentialLayer, options: CompileOptions): Compiled {
  const { metrics = [], jit: isJitted = true } = options;
  const objective: Objective = { layer, loss: resolveLoss(options.loss), metrics: metrics.map(resolveMetric) };
  const optimizer = resolveOptimizer(options.optimizer);
  const evaluate = evaluationStep(objective);
  const predict = predictionStep(layer);
  return {
    objective,
    optimizer,
    metricNames: objective.metrics.map((metric) => metric.name),
    isJitted,
    train: prepareTraining(objective, optimizer, isJitted),
    evaluate: isJitted ? jit(evaluate, { name: `${layer.name} evaluation` }) : evaluate,
    predict: isJitted ? jit(predict, { name: `${layer.name} prediction` }) : predict,
  };
}
