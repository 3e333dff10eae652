/** Metrics by the names that `compile` takes. Those that need to be told something (a bound, a number of classes) have none. */
import { raise, type Tensor } from '@deft/core';
import type { Loss } from './losses/loss.ts';
import {
  accuracy,
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './metrics/accuracies.ts';
import { auc } from './metrics/auc.ts';
import {
  falseNegatives,
  falsePositives,
  precision,
  recall,
  trueNegatives,
  truePositives,
} from './metrics/confusion.ts';
import { concordanceCorrelation, cosineSimilarity, pearsonCorrelation } from './metrics/correlation.ts';
import { f1Score, fBetaScore } from './metrics/f-score.ts';
import { binaryIou } from './metrics/iou.ts';
import {
  binaryCrossentropy,
  categoricalCrossentropy,
  categoricalHinge,
  hinge,
  klDivergence,
  logCoshError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  poisson,
  sparseCategoricalCrossentropy,
  squaredHinge,
} from './metrics/means.ts';
import { type MeanMetricRule, type Metric, type MetricOptions, meanMetric } from './metrics/metric.ts';
import { r2Score, rootMeanSquaredError } from './metrics/regression.ts';

/** Name of a metric, as Keras has it. */
export type MetricName =
  | 'accuracy'
  | 'auc'
  | 'binaryAccuracy'
  | 'binaryCrossentropy'
  | 'binaryIou'
  | 'categoricalAccuracy'
  | 'categoricalCrossentropy'
  | 'categoricalHinge'
  | 'concordanceCorrelation'
  | 'cosineSimilarity'
  | 'f1Score'
  | 'fBetaScore'
  | 'falseNegatives'
  | 'falsePositives'
  | 'hinge'
  | 'klDivergence'
  | 'logCoshError'
  | 'meanAbsoluteError'
  | 'meanAbsolutePercentageError'
  | 'meanSquaredError'
  | 'meanSquaredLogarithmicError'
  | 'pearsonCorrelation'
  | 'poisson'
  | 'precision'
  | 'r2Score'
  | 'recall'
  | 'rootMeanSquaredError'
  | 'sparseCategoricalAccuracy'
  | 'sparseCategoricalCrossentropy'
  | 'sparseTopKCategoricalAccuracy'
  | 'squaredHinge'
  | 'topKCategoricalAccuracy'
  | 'trueNegatives'
  | 'truePositives'
  | 'acc'
  | 'bce'
  | 'kld'
  | 'mae'
  | 'mape'
  | 'mse'
  | 'msle';

/** A function that gives one value per example; the metric is their mean. */
export type MetricFunction = (target: Tensor, prediction: Tensor) => Tensor;

/** What `compile` takes as a metric. */
export type MetricChoice = MetricName | Metric | MeanMetricRule | MetricFunction;

const byName: Readonly<Record<MetricName, (options: MetricOptions) => Metric>> = {
  accuracy,
  auc,
  binaryAccuracy,
  binaryCrossentropy,
  binaryIou,
  categoricalAccuracy,
  categoricalCrossentropy,
  categoricalHinge,
  concordanceCorrelation,
  cosineSimilarity,
  f1Score,
  fBetaScore,
  falseNegatives,
  falsePositives,
  hinge,
  klDivergence,
  logCoshError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  meanSquaredLogarithmicError,
  pearsonCorrelation,
  poisson,
  precision,
  r2Score,
  recall,
  rootMeanSquaredError,
  sparseCategoricalAccuracy,
  sparseCategoricalCrossentropy,
  sparseTopKCategoricalAccuracy,
  squaredHinge,
  topKCategoricalAccuracy,
  trueNegatives,
  truePositives,
  // Keras's short names, by which the figures are called too.
  acc: accuracy,
  bce: binaryCrossentropy,
  kld: klDivergence,
  mae: meanAbsoluteError,
  mape: meanAbsolutePercentageError,
  mse: meanSquaredError,
  msle: meanSquaredLogarithmicError,
};

function metricOf(metric: unknown): Metric {
  if (typeof metric === 'string' && Object.hasOwn(byName, metric)) {
    return byName[metric as MetricName]({ name: metric });
  }
  if (typeof metric === 'function') {
    return meanMetric({ name: metric.name || 'metric', values: metric as MetricFunction });
  }
  if (typeof metric === 'object' && metric !== null) {
    const { update, result, initialize } = metric as Partial<Metric>;
    if ([update, result, initialize].every((part) => typeof part === 'function')) return metric as Metric;
    if (typeof (metric as MeanMetricRule).values === 'function') return meanMetric(metric as MeanMetricRule);
  }
  return raise('E_MODEL', {
    op: 'compile',
    argument: 'metrics',
    expected: `${Object.keys(byName).join(', ')}, functions, or objects with values(target, prediction)`,
    found: typeof metric === 'string' ? JSON.stringify(metric) : typeof metric,
  });
}

/** A metric from its name, a function or a rule, or the one given, for a model with a loss. Throws `E_MODEL`. */
export function resolveMetric(metric: unknown, loss: Loss): Metric {
  const found = metricOf(metric);
  return found.forLoss?.(loss) ?? found;
}
