/** What Keras 3 has of losses, metrics, optimisers, schedules, initialisers, regularisers, constraints and activations is there, or has a reason. */
import { activationNames, dense, initializerNames } from '@deft/nn';
import * as optim from '@deft/optim';
import { describe, expect, it } from 'vitest';
import { losses, metrics } from './index.ts';

/** `MeanSquaredError` is `meanSquaredError`, `KLDivergence` is `klDivergence`, `AUC` is `auc`. */
function camelCase(name: string): string {
  const words = name.replace(/^(SGD|RMSprop|AUC|CTC|KL|F1|IoU|R2|STFT)/, (start) =>
    start.toLowerCase().replace('rmsprop', 'rmsprop'),
  );
  return (words.charAt(0).toLowerCase() + words.slice(1)).replace('IoU', 'Iou').replace(/^fBeta/, 'fBeta');
}

const list = (text: string): string[] => text.trim().split(/\s+/);

const lossNames = list(`
  BinaryCrossentropy BinaryFocalCrossentropy CTC CategoricalCrossentropy CategoricalFocalCrossentropy
  CategoricalGeneralizedCrossEntropy CategoricalHinge Circle CosineSimilarity Dice Hinge Huber KLDivergence LogCosh Loss
  MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredError MeanSquaredLogarithmicError Poisson
  SparseCategoricalCrossentropy SquaredHinge Tversky`);

const metricNames = list(`
  AUC Accuracy BinaryAccuracy BinaryCrossentropy BinaryIoU CategoricalAccuracy CategoricalCrossentropy CategoricalHinge
  ConcordanceCorrelation CosineSimilarity F1Score FBetaScore FalseNegatives FalsePositives Hinge IoU KLDivergence LogCoshError Mean
  MeanAbsoluteError MeanAbsolutePercentageError MeanIoU MeanMetricWrapper MeanSquaredError MeanSquaredLogarithmicError Metric OneHotIoU
  OneHotMeanIoU PearsonCorrelation Poisson Precision PrecisionAtRecall R2Score Recall RecallAtPrecision RootMeanSquaredError
  SensitivityAtSpecificity SparseCategoricalAccuracy SparseCategoricalCrossentropy SparseTopKCategoricalAccuracy
  SpecificityAtSensitivity SquaredHinge Sum TopKCategoricalAccuracy TrueNegatives TruePositives`);

const optimizerNames = list(`
  Adadelta Adafactor Adagrad Adam AdamW Adamax Ftrl Lamb Lion LossScaleOptimizer Muon Nadam Optimizer RMSprop SGD
  CosineDecay CosineDecayRestarts ExponentialDecay InverseTimeDecay LearningRateSchedule PiecewiseConstantDecay PolynomialDecay`);

/** Base classes, and what stands in their place. */
const elsewhere: { readonly [name: string]: string } = {
  Loss: 'losses.defineLoss',
  Metric: 'a record of functions, the type Metric',
  MeanMetricWrapper: 'metrics.meanMetric',
  Optimizer: 'a record of functions, the type Optimizer',
  LearningRateSchedule: 'a function of the step, the type Schedule',
  STFT: 'the layer stftSpectrogram makes its own windows',
};

describe('of Keras 3 there are', () => {
  it.each([
    ['losses', lossNames, Object.keys(losses)],
    ['metrics', metricNames, Object.keys(metrics)],
    ['optimisers and schedules', optimizerNames, Object.keys(optim)],
  ])('all %s', (_, names, exported) => {
    const missing = names.filter((name) => !Object.hasOwn(elsewhere, name) && !exported.includes(camelCase(name)));
    expect(missing).toEqual([]);
  });

  it('all initialisers', () => {
    const names =
      list(`Constant GlorotNormal GlorotUniform HeNormal HeUniform Identity LecunNormal LecunUniform Ones Orthogonal
      RandomNormal RandomUniform STFT TruncatedNormal VarianceScaling Zeros`);
    const there: readonly string[] = initializerNames;
    expect(names.filter((name) => !Object.hasOwn(elsewhere, name) && !there.includes(camelCase(name)))).toEqual([]);
  });

  it.each(['l1', 'l2', 'l1l2', 'orthogonal'] as const)('the regulariser %s', (kernelRegularizer) => {
    expect(dense(1, { kernelRegularizer }).weights([2])[0]?.regularizer?.name).toBe(kernelRegularizer);
  });

  it.each(['maxNorm', 'minMaxNorm', 'nonNegative', 'unitNorm'] as const)('the constraint %s', (kernelConstraint) => {
    expect(dense(1, { kernelConstraint }).weights([2])[0]?.constraint?.name).toBe(kernelConstraint);
  });

  it('all activations', () => {
    const names =
      list(`celu elu exponential gelu glu hardShrink hardSigmoid hardSilu hardTanh leakyRelu linear logSigmoid logSoftmax mish
      relu relu6 selu sigmoid silu softShrink softmax softplus softsign sparsePlus sparseSigmoid sparsemax squareplus tanh tanhShrink
      threshold`);
    const there: readonly string[] = activationNames;
    // The one changes the shape and is for the layer `activation`; the other takes two numbers, which a name has not: the op `threshold`.
    expect(names.filter((name) => !there.includes(name))).toEqual(['glu', 'threshold']);
  });
});
