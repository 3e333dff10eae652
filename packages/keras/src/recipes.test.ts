/** Losses and metrics go through plain data: every kind, with every option, and nothing but our own errors for other data. */
import { DeftError, type PlainValue } from '@deft/core';
import { type Tensor, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Loss, losses, lossFromConfig, type Metric, metricFromConfig, metrics, recipeOf } from './index.ts';

const throughText = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
const { defineLoss, ...lossMakers } = losses;
const { mean, meanMetric, sum, ...metricMakers } = metrics;

/** Options by kind, of every kind that has some besides those of all. */
const lossOptions: { readonly [kind: string]: object } = {
  binaryCrossentropy: { fromLogits: true, labelSmoothing: 0.1 },
  binaryFocalCrossentropy: { alpha: 0.3, gamma: 1.5, applyClassBalancing: true },
  categoricalCrossentropy: { labelSmoothing: 0.2, axis: 1 },
  categoricalFocalCrossentropy: { alpha: [0.1, 0.2, 0.7], gamma: 3 },
  categoricalGeneralizedCrossEntropy: { q: 0.3 },
  circle: { gamma: 40, margin: 0.3, removeDiagonal: false },
  cosineSimilarity: { axis: 1 },
  dice: { axis: [1] },
  huber: { delta: 0.3 },
  sparseCategoricalCrossentropy: { fromLogits: true, ignoreClass: 1 },
  tversky: { axis: 1, alpha: 0.2, beta: 0.9 },
};
const metricArguments: { readonly [kind: string]: readonly unknown[] } = {
  auc: [{ thresholds: [0.2, 0.7], curve: 'pr', summationMethod: 'majoring' }],
  binaryAccuracy: [{ threshold: 0.4 }],
  binaryCrossentropy: [{ fromLogits: true }],
  binaryIou: [{ targetClassIds: [1], threshold: 0.4 }],
  categoricalCrossentropy: [{ labelSmoothing: 0.1 }],
  f1Score: [{ average: 'macro', threshold: 0.3 }],
  fBetaScore: [{ average: 'micro', beta: 2 }],
  falsePositives: [{ thresholds: 0.4 }],
  iou: [{ numClasses: 3, targetClassIds: [0, 2], sparsePrediction: false }],
  meanIou: [{ numClasses: 3, sparsePrediction: false }],
  meanRelativeError: [[1, 2, 3], { name: 'relative' }],
  oneHotIou: [{ numClasses: 3, targetClassIds: [0] }],
  oneHotMeanIou: [{ numClasses: 3 }],
  precision: [{ thresholds: 0.4, classId: 1 }],
  precisionAtRecall: [0.5, { numThresholds: 11 }],
  r2Score: [{ numRegressors: 1 }],
  recall: [{ topK: 1 }],
  recallAtPrecision: [0.5, { classId: 1 }],
  sensitivityAtSpecificity: [0.5],
  specificityAtSensitivity: [0.5, { name: 'specific' }],
  sparseCategoricalCrossentropy: [{ ignoreClass: 0 }],
  sparseTopKCategoricalAccuracy: [{ k: 1 }],
  topKCategoricalAccuracy: [{ k: 2 }],
};

const oneHot = tensor([
  [1, 0, 0],
  [0, 0, 1],
  [0, 1, 0],
  [0, 0, 1],
]) as Tensor;
const classes = tensor([0, 2, 1, 2], { dtype: 'int32' }) as Tensor;
const predicted = tensor([
  [0.2, 0.5, 0.3],
  [0.1, 0.1, 0.8],
  [0.3, 0.4, 0.3],
  [0.6, 0.1, 0.3],
]) as Tensor;

/** What a function gives for the targets that it takes. */
function values(compute: (target: Tensor) => Tensor): unknown {
  for (const target of [oneHot, classes]) {
    try {
      return compute(target).toArray();
    } catch {
      // It takes targets of the other kind.
    }
  }
  return 'neither';
}

describe('losses', () => {
  it.each(Object.entries(lossMakers))('%s goes through data', (kind, make) => {
    const options = { ...lossOptions[kind], reduction: 'sum', name: 'mine' } as const;
    const loss: Loss = make(options);
    expect(recipeOf(loss)).toEqual({ kind, config: options });
    const copy = lossFromConfig(throughText(recipeOf(loss)));
    expect(recipeOf(copy)).toEqual(recipeOf(loss));
    expect(copy).toMatchObject({ name: 'mine', reduction: 'sum', fromLogits: loss.fromLogits });
    expect(values((t) => copy.compute(t, predicted))).toEqual(values((t) => loss.compute(t, predicted)));
  });

  it('have a recipe only as they were made', () => {
    expect(recipeOf({ ...losses.huber() })).toBeUndefined();
    expect(recipeOf(defineLoss({ name: 'mine', values: (target) => target }))).toBeUndefined();
  });
});

describe('metrics', () => {
  it.each(Object.entries(metricMakers))('%s goes through data', (kind, make) => {
    const metric = (make as (...args: readonly unknown[]) => Metric)(...(metricArguments[kind] ?? [{ name: 'mine' }]));
    const recipe = recipeOf(metric);
    expect(recipe?.kind).toBe(kind);
    const copy = metricFromConfig(throughText(recipe));
    expect(recipeOf(copy)).toEqual(recipe);
    expect(copy.name).toBe(metric.name);
    const figure = (of: Metric) => values((t) => of.result(of.update(of.initialize([4, 3]), t, predicted)));
    expect(figure(copy)).toEqual(figure(metric));
  });
});

describe('data that are no recipe', () => {
  it('give nothing but our own errors', () => {
    const config = (names: readonly string[]) =>
      fc.dictionary(
        fc.constantFrom(...names, 'name', 'reduction', '__proto__', 'constructor', 'thresholds', 'axis', 'numClasses'),
        fc.oneof(fc.jsonValue() as fc.Arbitrary<PlainValue>, fc.integer(), fc.double(), fc.array(fc.integer())),
      );
    const check = (make: (recipe: unknown) => unknown, kinds: readonly string[], names: readonly string[]): void => {
      fc.assert(
        fc.property(fc.constantFrom(...kinds, 'valueOf', ''), config(names), (kind, options) => {
          try {
            make({ kind, config: options });
          } catch (error) {
            expect(error).toBeInstanceOf(DeftError);
          }
        }),
        { numRuns: 500 },
      );
    };
    check(lossFromConfig, Object.keys(lossMakers), ['fromLogits', 'alpha', 'gamma', 'q', 'labelSmoothing']);
    check(metricFromConfig, Object.keys(metricMakers), ['k', 'recall', 'numThresholds', 'targetClassIds', 'average']);
  });

  it('say what is wrong', () => {
    expect(() => lossFromConfig({ kind: 'mean', config: {} })).toThrow(/kind: expected one of binaryCrossentropy/);
    expect(() => lossFromConfig({ kind: 'huber', config: { delta: '1' } })).toThrow(/huber\.delta: expected number/);
    expect(() => lossFromConfig({ kind: 'huber', config: { slope: 1 } })).toThrow(/huber\.slope: expected one of/);
    expect(() => metricFromConfig({ kind: 'iou', config: { numClasses: 2 } })).toThrow(/iou\.targetClassIds/);
  });
});
