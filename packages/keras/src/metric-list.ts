/** The metrics under one name: `metrics.accuracy()`. */
export {
  accuracy,
  binaryAccuracy,
  categoricalAccuracy,
  sparseCategoricalAccuracy,
  sparseTopKCategoricalAccuracy,
  topKCategoricalAccuracy,
} from './metrics/accuracies.ts';
export { auc } from './metrics/auc.ts';
export {
  falseNegatives,
  falsePositives,
  precision,
  recall,
  trueNegatives,
  truePositives,
} from './metrics/confusion.ts';
export {
  precisionAtRecall,
  recallAtPrecision,
  sensitivityAtSpecificity,
  specificityAtSensitivity,
} from './metrics/constrained.ts';
export { concordanceCorrelation, cosineSimilarity, pearsonCorrelation } from './metrics/correlation.ts';
export { f1Score, fBetaScore } from './metrics/f-score.ts';
export { binaryIou, iou, meanIou, oneHotIou, oneHotMeanIou } from './metrics/iou.ts';
export {
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
export { mean, meanMetric, sum } from './metrics/metric.ts';
export { meanRelativeError, r2Score, rootMeanSquaredError } from './metrics/regression.ts';
