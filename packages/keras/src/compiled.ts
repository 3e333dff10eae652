/** What `compile` makes: the functions that a model runs, captured unless told otherwise. */
import { raise } from '@deft/core';
import type { LayerLike } from '@deft/nn';
import { lossScaleOptimizer, type Optimizer } from '@deft/optim';
import { jit, tensorSpec } from '@deft/tensor';
import { isJsonObject } from './bounded-json.ts';
import { capitalized } from './callbacks/figure-names.ts';
import type { Figure, OutputMeasure } from './figures.ts';
import type { Loss } from './losses/loss.ts';
import { resolveLoss } from './losses.ts';
import { resolveMetric } from './metrics.ts';
import type { CompileOptions } from './model-options.ts';
import { resolveOptimizer } from './optimizers.ts';
import {
  type EvaluationStep,
  evaluationStep,
  type Objective,
  type PredictionStep,
  predictionStep,
  type TrainingStep,
  type TrainingSteps,
  trainingStep,
  trainingSteps,
} from './training-step.ts';

/** A model's objective and the functions that pursue it. */
export interface Compiled {
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  readonly capture: CaptureOptions;
  readonly train: TrainingStep;
  /** Several steps at a time. */
  readonly trainSeveral: TrainingSteps;
  readonly evaluate: EvaluationStep;
  readonly predict: PredictionStep;
}

/** Whether and how steps are captured. */
export interface CaptureOptions {
  readonly isJitted: boolean;
  readonly memoryBudget: number | undefined;
}

/** Examples: a batch has any number of them, so that the last one, which may be shorter, needs no program of its own. */
const batch = tensorSpec(['batch', '...']);

/** Evaluation, captured: compiled once for every batch size. */
function prepareEvaluation(objective: Objective): EvaluationStep {
  const signature = [undefined, undefined, undefined, batch];
  return jit(evaluationStep(objective), { donate: [2], name: `${objective.layer.name} evaluation`, signature });
}

/** Prediction, captured: compiled once for every batch size. */
export function preparePrediction(layer: LayerLike): PredictionStep {
  return jit(predictionStep(layer), { name: `${layer.name} prediction`, signature: [undefined, undefined, batch] });
}

/** The training step, captured if asked for; it takes its weights and states over then. */
export function prepareTraining(objective: Objective, optimizer: Optimizer, capture: CaptureOptions): TrainingStep {
  const step = trainingStep(objective, optimizer);
  return capture.isJitted ? jit(step, trainingOptions(objective, capture, 'training step')) : step;
}

function prepareSeveral(objective: Objective, optimizer: Optimizer, capture: CaptureOptions): TrainingSteps {
  const steps = trainingSteps(objective, optimizer);
  return capture.isJitted ? jit(steps, trainingOptions(objective, capture, 'training steps')) : steps;
}

function trainingOptions({ layer }: Objective, { memoryBudget }: CaptureOptions, what: string) {
  return {
    donate: [0, 1, 2, 3],
    name: `${layer.name} ${what}`,
    signature: [undefined, undefined, undefined, undefined, batch],
    ...(memoryBudget !== undefined && { memoryBudget }),
  };
}

/** How often a function was captured; 0 where it runs op by op. */
export function traceCountOf(step: TrainingStep | undefined): number {
  return (step as { readonly traceCount?: number } | undefined)?.traceCount ?? 0;
}

/** How many programs a function was compiled to; 0 where it runs op by op. */
export function compileCountOf(step: TrainingStep | undefined): number {
  return (step as { readonly compileCount?: number } | undefined)?.compileCount ?? 0;
}

/**
 * What a model is told for each output: of one output, what was given; of several, an array with one for each, or a record by
 * their names, from which some may be missing. Throws `E_MODEL` for other numbers and unknown names.
 */
function perOutput(argument: string, given: unknown, names: readonly string[] | undefined): unknown[] {
  if (names === undefined) return [given];
  if (given === undefined) return names.map(() => undefined);
  const expected = `an array with one for each of ${names.join(', ')}, or a record by these names`;
  if (Array.isArray(given)) {
    if (given.length === names.length) return given;
    raise('E_MODEL', { op: 'compile', argument, expected, found: `an array of ${given.length}` });
  }
  if (!isJsonObject(given)) return raise('E_MODEL', { op: 'compile', argument, expected, found: typeof given });
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) raise('E_MODEL', { op: 'compile', argument, expected, found: unknown });
  return names.map((name) => (Object.hasOwn(given, name) ? given[name] : undefined));
}

function lossOf(choice: unknown): Loss {
  const loss = resolveLoss(choice);
  if (loss.reduction === 'none') {
    const expected = 'a reduction to one number, which training makes small';
    raise('E_MODEL', { op: 'compile', argument: 'loss', expected, found: `${loss.name} with the reduction none` });
  }
  return loss;
}

/** The one loss may serve all outputs. */
function lossesOf(given: unknown, names: readonly string[] | undefined): Loss[] {
  const isOne = typeof given === 'string' || typeof given === 'function' || (isJsonObject(given) && 'values' in given);
  const choices = isOne ? (names ?? ['']).map(() => given) : perOutput('loss', given, names);
  return choices.map(lossOf);
}

function outputsOf(options: CompileOptions, names: readonly string[] | undefined): OutputMeasure[] {
  const given =
    names === undefined && Array.isArray(options.lossWeights) ? options.lossWeights[0] : options.lossWeights;
  const weights = perOutput('lossWeights', given, names);
  return lossesOf(options.loss, names).map((loss, i) => {
    const lossWeight = weights[i] ?? 1;
    if (typeof lossWeight !== 'number' || !Number.isFinite(lossWeight)) {
      raise('E_MODEL', {
        op: 'compile',
        argument: 'lossWeights',
        expected: 'finite numbers',
        found: String(lossWeight),
      });
    }
    return { name: `${names?.[i] ?? ''}Loss`, loss, lossWeight: lossWeight as number };
  });
}

/** The metrics with the names they have in logs. Throws `E_MODEL` where two would have the same. */
function figuresOf(
  options: CompileOptions,
  outputs: readonly OutputMeasure[],
  names: readonly string[] | undefined,
): Figure[] {
  const all: Figure[] = [];
  const taken = new Set(['loss', ...(names === undefined ? [] : outputs.map(({ name }) => name))]);
  const add = (choice: unknown, output: number, isWeighted: boolean): void => {
    const metric = resolveMetric(choice, (outputs[output] as OutputMeasure).loss);
    const nameWith = (own: string): string => (names === undefined ? own : `${names[output]}${capitalized(own)}`);
    const plain = nameWith(metric.name);
    const name = isWeighted && taken.has(plain) ? nameWith(`weighted${capitalized(metric.name)}`) : plain;
    if (taken.has(name)) {
      const hint = "give one of them another: metrics.precision({ name: 'strictPrecision', thresholds: 0.9 })";
      raise('E_MODEL', { op: 'compile', argument: 'metrics', says: `two figures are called ${name}`, hint });
    }
    taken.add(name);
    all.push({ name, metric, isWeighted, output });
  };
  for (const which of ['metrics', 'weightedMetrics'] as const) {
    perOutput(which, options[which], names).forEach((choices, output) => {
      if (choices !== undefined && !Array.isArray(choices)) {
        raise('E_MODEL', { op: 'compile', argument: which, expected: 'arrays of metrics', found: typeof choices });
      }
      for (const choice of choices ?? []) add(choice, output, which === 'weightedMetrics');
    });
  }
  return all;
}

/** Whether some of its layers compute in float16, whose range is so small that losses have to be scaled. */
function isNarrow(layer: LayerLike): boolean {
  const { layers } = layer as { readonly layers?: readonly LayerLike[] };
  const isItself = layer.settings.dtype === 'float16' || layer.settings.dtype === 'mixedFloat16';
  return isItself || (layers?.some(isNarrow) ?? false);
}

/** Brings the options of `compile` to functions. Throws `E_MODEL` for unknown names. */
export function compileObjective(layer: LayerLike, options: CompileOptions): Compiled {
  const { jit: isJitted = true, memoryBudget } = options;
  const names = layer.outputNames;
  const outputs = outputsOf(options, names);
  const objective: Objective = { layer, outputs, figures: figuresOf(options, outputs, names) };
  const given = resolveOptimizer(options.optimizer);
  const optimizer = isNarrow(layer) && given.scaleLoss === undefined ? lossScaleOptimizer(given) : given;
  const capture = { isJitted, memoryBudget };
  return {
    objective,
    optimizer,
    capture,
    train: prepareTraining(objective, optimizer, capture),
    trainSeveral: prepareSeveral(objective, optimizer, capture),
    evaluate: isJitted ? prepareEvaluation(objective) : evaluationStep(objective),
    predict: isJitted ? preparePrediction(layer) : predictionStep(layer),
  };
}
