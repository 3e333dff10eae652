/**
 * Metrics out of plain data, as `recipeOf` gives it and files keep it. Names are looked up among the metrics of this
 * package alone, and options pass the same checks as a user's.
 */
import { makeFromRecipe, type OptionKinds, type RecipeMaker, recipeMaker } from '@deft/core';
import * as metrics from './metric-list.ts';
import type { BestThresholdOptions } from './metrics/constrained.ts';
import type { Metric, MetricOptions } from './metrics/metric.ts';

const common: OptionKinds<MetricOptions> = { name: 'text' };

/** The maker of a metric, with what its own options may be; those that must be there are named. */
function maker<O extends MetricOptions>(
  make: (options: O) => Metric,
  own: OptionKinds<Omit<O, keyof MetricOptions>>,
  required: readonly (keyof O & string)[] = [],
): RecipeMaker<Metric> {
  return recipeMaker<O, Metric>(make, { ...common, ...own } as OptionKinds<O>, required);
}

/** The maker of a metric at the best threshold, which takes the bound before its options. */
function bounded<B extends string>(
  make: (bound: number, options: BestThresholdOptions) => Metric,
  bound: B,
): RecipeMaker<Metric> {
  const options = { ...common, numThresholds: 'number', classId: 'number', [bound]: 'number' } as OptionKinds<
    BestThresholdOptions & { readonly [K in B]: number }
  >;
  return recipeMaker(({ [bound]: value, ...rest }) => make(value as number, rest as BestThresholdOptions), options, [
    bound,
  ]);
}

const thresholds = { thresholds: ['number', 'numbers'] } as const;
const ofClass = { ...thresholds, topK: 'number', classId: 'number' } as const;
const score = { average: 'text', threshold: 'number' } as const;
const overlap = {
  numClasses: 'number',
  ignoreClass: 'number',
  sparseTarget: 'boolean',
  sparsePrediction: 'boolean',
  axis: 'number',
} as const;
const crossentropy = { fromLogits: 'boolean', labelSmoothing: 'number', axis: 'number' } as const;

type Kind = Exclude<keyof typeof metrics, 'mean' | 'meanMetric' | 'sum'>;

const makers: { readonly [kind in Kind]: RecipeMaker<Metric> } = {
  accuracy: maker(metrics.accuracy, {}),
  auc: maker(metrics.auc, {
    numThresholds: 'number',
    thresholds: 'numbers',
    curve: 'text',
    summationMethod: 'text',
    multiLabel: 'boolean',
    labelWeights: 'numbers',
    fromLogits: 'boolean',
  }),
  binaryAccuracy: maker(metrics.binaryAccuracy, { threshold: 'number' }),
  binaryCrossentropy: maker(metrics.binaryCrossentropy, crossentropy),
  binaryIou: maker(metrics.binaryIou, { targetClassIds: 'numbers', threshold: 'number' }),
  categoricalAccuracy: maker(metrics.categoricalAccuracy, {}),
  categoricalCrossentropy: maker(metrics.categoricalCrossentropy, crossentropy),
  categoricalHinge: maker(metrics.categoricalHinge, {}),
  concordanceCorrelation: maker(metrics.concordanceCorrelation, { axis: 'number' }),
  cosineSimilarity: maker(metrics.cosineSimilarity, { axis: 'number' }),
  f1Score: maker(metrics.f1Score, score),
  fBetaScore: maker(metrics.fBetaScore, { ...score, beta: 'number' }),
  falseNegatives: maker(metrics.falseNegatives, thresholds),
  falsePositives: maker(metrics.falsePositives, thresholds),
  hinge: maker(metrics.hinge, {}),
  iou: maker(metrics.iou, { ...overlap, targetClassIds: 'numbers' }, ['numClasses', 'targetClassIds']),
  klDivergence: maker(metrics.klDivergence, {}),
  logCoshError: maker(metrics.logCoshError, {}),
  meanAbsoluteError: maker(metrics.meanAbsoluteError, {}),
  meanAbsolutePercentageError: maker(metrics.meanAbsolutePercentageError, {}),
  meanIou: maker(metrics.meanIou, overlap, ['numClasses']),
  meanRelativeError: maker(
    ({ normalizer, ...options }: MetricOptions & { readonly normalizer: number | readonly number[] }) =>
      metrics.meanRelativeError(normalizer, options),
    { normalizer: ['number', 'numbers'] },
    ['normalizer'],
  ),
  meanSquaredError: maker(metrics.meanSquaredError, {}),
  meanSquaredLogarithmicError: maker(metrics.meanSquaredLogarithmicError, {}),
  oneHotIou: maker(metrics.oneHotIou, { ...overlap, targetClassIds: 'numbers' }, ['numClasses', 'targetClassIds']),
  oneHotMeanIou: maker(metrics.oneHotMeanIou, overlap, ['numClasses']),
  pearsonCorrelation: maker(metrics.pearsonCorrelation, { axis: 'number' }),
  poisson: maker(metrics.poisson, {}),
  precision: maker(metrics.precision, ofClass),
  precisionAtRecall: bounded(metrics.precisionAtRecall, 'recall'),
  r2Score: maker(metrics.r2Score, { classAggregation: 'text', numRegressors: 'number' }),
  recall: maker(metrics.recall, ofClass),
  recallAtPrecision: bounded(metrics.recallAtPrecision, 'precision'),
  rootMeanSquaredError: maker(metrics.rootMeanSquaredError, {}),
  sensitivityAtSpecificity: bounded(metrics.sensitivityAtSpecificity, 'specificity'),
  sparseCategoricalAccuracy: maker(metrics.sparseCategoricalAccuracy, {}),
  sparseCategoricalCrossentropy: maker(metrics.sparseCategoricalCrossentropy, {
    fromLogits: 'boolean',
    ignoreClass: 'number',
    axis: 'number',
  }),
  sparseTopKCategoricalAccuracy: maker(metrics.sparseTopKCategoricalAccuracy, { k: 'number' }),
  specificityAtSensitivity: bounded(metrics.specificityAtSensitivity, 'sensitivity'),
  squaredHinge: maker(metrics.squaredHinge, {}),
  topKCategoricalAccuracy: maker(metrics.topKCategoricalAccuracy, { k: 'number' }),
  trueNegatives: maker(metrics.trueNegatives, thresholds),
  truePositives: maker(metrics.truePositives, thresholds),
};

/**
 * The metric that a recipe says: what `recipeOf` gives for metrics of this package.
 *
 * @throws `E_ATTRIBUTE` for an unknown kind or unknown options, `E_MODEL` for options out of range
 * @example
 * ```ts
 * import { metricFromConfig, metrics, recipeOf } from '@deft/keras';
 * const recipe = recipeOf(metrics.topKCategoricalAccuracy({ k: 3 }));
 * console.log(JSON.stringify(recipe)); // → {"kind":"topKCategoricalAccuracy","config":{"k":3}}
 * console.log(metricFromConfig(recipe).name); // → topKCategoricalAccuracy
 * ```
 */
export function metricFromConfig(recipe: unknown): Metric {
  return makeFromRecipe('metricFromConfig', makers, recipe);
}
