/**
 * The area under a curve over all thresholds: of ROC or of precision against recall, approximated by a fixed number of
 * thresholds (Davis and Goadrich, 2006, https://doi.org/10.1145/1143844.1143874, for interpolated precision).
 */
import { raise, recorded, type Tensor } from '@deft/core';
import {
  add,
  div,
  divNoNan,
  greater,
  log,
  logicalAnd,
  maximum,
  mean,
  minimum,
  mul,
  sigmoid,
  slice,
  sub,
  sum,
  tensor,
  where,
} from '@deft/tensor';
import { floatingOf, smallest } from '../losses/alignment.ts';
import { type Counting, checkThresholdCount, countMore, noCounts, thresholdList } from './counts.ts';
import { classesOf, type Metric, type MetricOptions, type MetricState } from './metric.ts';

/** Options of `auc`. */
export interface AucOptions extends MetricOptions {
  /** How many thresholds, evenly from 0 to 1; 200 unless told. */
  readonly numThresholds?: number;
  /** The thresholds between 0 and 1, instead of evenly spread ones. */
  readonly thresholds?: readonly number[];
  /** The curve; `roc` unless told. */
  readonly curve?: 'roc' | 'pr';
  /** How the area between two thresholds is summed: by the middle (unless told), the lower or the higher of both ends. */
  readonly summationMethod?: 'interpolation' | 'minoring' | 'majoring';
  /** Whether every label (position of the last axis) has a curve of its own, of which the (weighted) mean is taken. */
  readonly multiLabel?: boolean;
  /** A weight for every label. */
  readonly labelWeights?: readonly number[];
  /** Whether predictions are scores before the sigmoid; false unless told. */
  readonly fromLogits?: boolean;
}

const curves: readonly string[] = ['roc', 'pr'];
const methods: readonly string[] = ['interpolation', 'minoring', 'majoring'];

function checkChoice(op: string, argument: string, choices: readonly string[], found: string): void {
  if (!choices.includes(found)) raise('E_MODEL', { op, argument, expected: `one of ${choices.join(', ')}`, found });
}

/** All thresholds, from just below 0 to just above 1. */
function thresholdsOf(op: string, { numThresholds = 200, thresholds }: AucOptions): readonly number[] {
  if (thresholds === undefined) checkThresholdCount(op, numThresholds, 2);
  const inner = thresholds
    ? [...thresholdList(op, thresholds)].sort((a, b) => a - b)
    : Array.from({ length: numThresholds - 2 }, (_, i) => (i + 1) / (numThresholds - 1));
  return [-smallest, ...inner, 1 + smallest];
}

/** Rows of thresholds without the last (`0`) or the first (`1`) one. */
function rows(x: Tensor, from: 0 | 1): Tensor {
  const [count, ...labels] = x.shape as readonly [number, ...number[]];
  return slice(x, [from, ...labels.map(() => 0)], [count - 1, ...labels]) as Tensor;
}

/** The area between neighbouring thresholds under precision, which is no straight line between them. */
function precisionAreas(state: MetricState): Tensor {
  const right = state['truePositives'] as Tensor;
  const positives = add(right, state['falsePositives'] as Tensor);
  const wanted = add(right, state['falseNegatives'] as Tensor);
  const gained = sub(rows(right, 0), rows(right, 1));
  const slope = divNoNan(gained, maximum(sub(rows(positives, 0), rows(positives, 1)), 0));
  const intercept = sub(rows(right, 1), mul(slope, rows(positives, 1)));
  const isRatio = logicalAnd(greater(rows(positives, 0), 0), greater(rows(positives, 1), 0));
  const ratio = where(isRatio, divNoNan(rows(positives, 0), rows(positives, 1)), 1) as Tensor;
  return divNoNan(mul(slope, add(gained, mul(intercept, log(ratio)))), maximum(rows(wanted, 1), 0));
}

/** The area between neighbouring thresholds: width by height. */
function areas(state: MetricState, curve: 'roc' | 'pr', method: AucOptions['summationMethod']): Tensor {
  const right = state['truePositives'] as Tensor;
  const wrong = state['falsePositives'] as Tensor;
  const found = divNoNan(right, add(right, state['falseNegatives'] as Tensor));
  const [x, y] =
    curve === 'roc'
      ? [divNoNan(wrong, add(wrong, state['trueNegatives'] as Tensor)), found]
      : [found, divNoNan(right, add(right, wrong))];
  const [low, high] = [rows(y, 0), rows(y, 1)];
  const height =
    method === 'interpolation'
      ? div(add(low, high), 2)
      : method === 'minoring'
        ? minimum(low, high)
        : maximum(low, high);
  return mul(sub(rows(x, 0), rows(x, 1)), height);
}

/**
 * The area under the curve of true against false positive rates (`roc`), or of precision against recall (`pr`).
 * Predictions are probabilities, or scores with `fromLogits`. The more thresholds, the nearer to the true area.
 *
 * @throws `E_MODEL` for options that do not fit
 * @example
 * ```ts
 * import { metrics } from '@deft/keras';
 * import { tensor } from '@deft/tensor';
 * const area = metrics.auc({ numThresholds: 3 });
 * console.log(area.result(area.update(area.initialize(), tensor([0, 0, 1, 1]), tensor([0, 0.5, 0.3, 0.9]))).item()); // → 0.75
 * ```
 */
export function auc(options: AucOptions = {}): Metric {
  const { name = 'auc', curve = 'roc', summationMethod = 'interpolation', multiLabel = false } = options;
  const { labelWeights, fromLogits = false } = options;
  checkChoice(name, 'curve', curves, curve);
  checkChoice(name, 'summationMethod', methods, summationMethod);
  const counting: Counting = {
    op: name,
    counts: ['truePositives', 'falsePositives', 'trueNegatives', 'falseNegatives'],
    thresholds: thresholdsOf(name, options),
    perLabel: multiLabel,
    // Curves of their own are weighed at the end, one curve of all labels by its counts.
    labelWeights: multiLabel ? undefined : labelWeights,
  };
  return recorded('auc', options, {
    name,
    initialize: (predictionShape) =>
      multiLabel ? noCounts(counting, classesOf(name, predictionShape)) : noCounts(counting),
    update: (state, target, prediction, sampleWeight) => {
      const predicted = fromLogits ? sigmoid(floatingOf(prediction)) : prediction;
      return countMore(counting, state, target, predicted, sampleWeight);
    },
    result: (state) => {
      const isInterpolated = curve === 'pr' && summationMethod === 'interpolation';
      const byLabel = sum(isInterpolated ? precisionAreas(state) : areas(state, curve, summationMethod), { axis: 0 });
      if (!multiLabel) return byLabel;
      if (labelWeights === undefined) return mean(byLabel);
      const weights = tensor([...labelWeights], { dtype: 'float64' });
      return divNoNan(sum(mul(byLabel, weights)), sum(weights));
    },
  });
}
