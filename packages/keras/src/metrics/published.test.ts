/** Figures that Keras states for its metrics: `keras/src/metrics/*_test.py` of keras-team/keras. */
import { type Tensor, tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { metrics } from '../index.ts';
import type { Metric } from './metric.ts';

type Nested = number | readonly Nested[];
const t = (values: Nested): Tensor => tensor(values as never) as Tensor;
const numbersOf = (x: Tensor): number[] => Array.from(x.dataSync() as unknown as ArrayLike<number>, Number);

function expectFigures(metric: Metric, target: Nested, prediction: Nested, expected: Nested, weight?: Nested): void {
  const predicted = t(prediction);
  const before = metric.initialize(predicted.shape);
  const after = metric.update(before, t(target), predicted, weight === undefined ? undefined : t(weight));
  const wanted = [expected].flat(9) as number[];
  const found = numbersOf(metric.result(after));
  expect(found.length).toBe(wanted.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - (wanted[i] as number)), `${metric.name}: ${value} for ${wanted[i]}`).toBeLessThan(5e-4);
  });
}

const bits = {
  target: [
    [0, 1, 0, 1, 0],
    [0, 0, 1, 1, 1],
    [1, 1, 1, 1, 0],
    [0, 0, 0, 0, 1],
  ],
  prediction: [
    [0, 0, 1, 1, 0],
    [1, 1, 1, 1, 1],
    [0, 1, 0, 1, 0],
    [1, 1, 1, 1, 1],
  ],
  weight: [1, 1.5, 2, 2.5],
};

describe('means', () => {
  it.each([
    ['meanSquaredError', 0.5, 0.54285],
    ['meanAbsoluteError', 0.5, 0.54285],
    ['meanSquaredLogarithmicError', 0.24022, 0.26082],
  ] as const)('%s', (name, plain, weighted) => {
    expectFigures(metrics[name](), bits.target, bits.prediction, plain);
    expectFigures(metrics[name](), bits.target, bits.prediction, weighted, bits.weight);
  });

  it('rootMeanSquaredError', () => {
    expectFigures(metrics.rootMeanSquaredError(), [2, 4, 6], [1, 3, 2], Math.sqrt(6));
    expectFigures(metrics.rootMeanSquaredError(), [2, 4, 6, 8], [1, 3, 2, 3], Math.sqrt(13), [0, 1, 0, 1]);
  });
});

describe('r2Score', () => {
  const target = [
    [0, 0, 1],
    [0, 1, 0],
    [1, 0, 0],
  ];
  const prediction = [
    [0.4, 0.9, 1.6],
    [0.1, 1.2, 0.6],
    [1.5, 0.8, 0.6],
  ];
  it.each([
    ['none', 0, [0.17305559, -8.836666, -0.521]],
    ['none', 1, [0.054920673, -10.241904, -0.7382858]],
    ['uniformAverage', 0, -3.0615367889404297],
    ['uniformAverage', 2, -4.415382385253906],
    ['varianceWeightedAverage', 0, -1.3710224628448486],
    ['varianceWeightedAverage', 2, -2.161363363265991],
  ] as const)('%s of %i inputs', (classAggregation, numRegressors, expected) => {
    expectFigures(metrics.r2Score({ classAggregation, numRegressors }), target, prediction, expected, [0.8, 0.1, 0.4]);
  });
});

describe('counts', () => {
  it('count by weight', () => {
    const expected = {
      truePositives: [7, 12],
      falsePositives: [7, 14],
      trueNegatives: [3, 4],
      falseNegatives: [3, 5],
    } as const;
    for (const [name, [plain, weighted]] of Object.entries(expected)) {
      const metric = metrics[name as keyof typeof expected]();
      expectFigures(metric, bits.target, bits.prediction, plain);
      expectFigures(metric, bits.target, bits.prediction, weighted, bits.weight);
    }
  });

  it('count at thresholds', () => {
    const prediction = [
      [0.9, 0.2, 0.8, 0.1],
      [0.2, 0.9, 0.7, 0.6],
      [0.1, 0.2, 0.4, 0.3],
      [0, 1, 0.7, 0.3],
    ];
    const target = [
      [0, 1, 1, 0],
      [1, 0, 0, 0],
      [0, 0, 0, 0],
      [1, 1, 1, 1],
    ];
    const metric = metrics.truePositives({ thresholds: [0.15, 0.5, 0.85] });
    expectFigures(metric, target, prediction, [6, 3, 1]);
    expectFigures(metric, target, prediction, [222, 111, 37], 37);
    expect(() => metrics.trueNegatives({ thresholds: [-1, 0.5, 2] })).toThrow(/thresholds.*from 0 to 1.*-1, 0.5, 2/s);
  });

  it('make precision and recall', () => {
    expectFigures(metrics.precision(), [0, 1, 1, 0], [1, 0, 1, 0], 0.5);
    expectFigures(metrics.precision(), [0, 0, 0, 0], [0, 0, 0, 0], 0);
    expectFigures(metrics.recall(), [0, 0, 0, 0], [0, 0, 0, 0], 0);
    expectFigures(metrics.precision({ thresholds: [0.5, 0.7] }), [0, 1, 1, 0], [1, 0, 0.6, 0], [0.5, 0]);
    const weight = [
      [1, 2, 3, 4],
      [4, 3, 2, 1],
    ];
    expectFigures(
      metrics.precision(),
      [
        [0, 1, 1, 0],
        [1, 0, 0, 1],
      ],
      [
        [1, 0, 1, 0],
        [1, 0, 1, 0],
      ],
      7 / 10,
      weight,
    );
    expectFigures(
      metrics.recall(),
      [
        [0, 1, 1, 0],
        [1, 0, 0, 1],
      ],
      [
        [1, 0, 1, 0],
        [0, 1, 0, 1],
      ],
      4 / 10,
      weight,
    );
  });

  it('look at the largest and at one class', () => {
    expectFigures(metrics.precision({ topK: 3 }), [0, 1, 1, 0, 0], [0.2, 0.1, 0.5, 0, 0.2], 1 / 3);
    expectFigures(metrics.recall({ topK: 3 }), [0, 1, 1, 0, 0], [0.2, 0.1, 0.5, 0, 0.2], 0.5);
    expectFigures(metrics.recall({ topK: 2, thresholds: 0.7 }), [1, 1, 1, 0, 1], [0.2, 0.8, 0.6, 0, 0.2], 0.25);
    const metric = metrics.precision({ topK: 3 });
    const first = metric.update(
      metric.initialize(),
      t([[0, 1, 1, 0, 1]]),
      t([[0.2, 0.1, 0.4, 0, 0.2]]),
      t([[1, 4, 2, 3, 5]]),
    );
    const second = metric.update(first, t([1, 0, 1, 1, 1]), t([0.2, 0.6, 0.4, 0.2, 0.2]), t(3));
    expect(metric.result(second).item()).toBeCloseTo((2 + 5 + 3 + 3) / (1 + 2 + 5 + 3 + 3 + 3), 6);
    const classes = [
      [0.1, 0.2, 0.7],
      [0.5, 0.3, 0.2],
      [0.2, 0.6, 0.2],
    ];
    const target = [
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
    ];
    expectFigures(metrics.recall({ classId: 1 }), target, classes, 1);
    expect(() => expectFigures(metrics.precision({ classId: 2 }), [0, 1, 0], [0.2, 0.1, 0.6], 0)).toThrow(/classId/);
  });
});

describe('auc', () => {
  const target = [0, 0, 1, 1];
  const prediction = [0, 0.5, 0.3, 0.9];
  const weight = [1, 2, 3, 4];
  it.each([
    ['roc', 'interpolation', 0.7857],
    ['roc', 'majoring', 1],
    ['roc', 'minoring', 0.5714],
    ['pr', 'interpolation', 2.416 / 7 + 4 / 7],
    ['pr', 'majoring', 1],
    ['pr', 'minoring', 0.7 * 0.4286],
  ] as const)('of %s by %s', (curve, summationMethod, expected) => {
    expectFigures(metrics.auc({ numThresholds: 3, curve, summationMethod }), target, prediction, expected, weight);
  });

  it('of perfect predictions, of scores, at thresholds, against senseless weights', () => {
    expectFigures(metrics.auc(), target, target, 1);
    expectFigures(metrics.auc({ thresholds: [0.5] }), target, prediction, 0.75);
    const scores = prediction.map((p) => -Math.log(1 / (p + 1e-12) - 1));
    expectFigures(metrics.auc({ numThresholds: 3, fromLogits: true }), target, scores, 0.75);
    expectFigures(metrics.auc({ numThresholds: 3, curve: 'pr' }), target, prediction, 0, [-1, -2, -3, -4]);
    expect(() => metrics.auc({ numThresholds: 1 })).toThrow(/numThresholds/);
    expect(() => metrics.auc({ curve: 'PR' as never })).toThrow(/curve/);
  });

  it('of every label', () => {
    const labels = [
      [0, 0.1],
      [0.5, 0.2],
      [0.3, 0.3],
      [0.9, 0.4],
    ];
    const good = [
      [0, 0],
      [0, 0],
      [1, 1],
      [1, 1],
    ];
    // True positive rates 1, 1, ½, ½, 0 over false ones 1, ½, 0, 0, 0 for the first label; the second is perfect.
    const [first, second] = [0.5 * 1 + 0.5 * 0.75, 1];
    const options = { numThresholds: 5, multiLabel: true } as const;
    expectFigures(metrics.auc(options), good, labels, (first + second) / 2);
    expectFigures(metrics.auc({ ...options, labelWeights: [0.75, 0.25] }), good, labels, 0.75 * first + 0.25 * second);
    expect(() => metrics.auc(options).initialize()).toThrow(/predictionShape/);
  });
});

describe('scores', () => {
  const target = [
    [1, 1, 1],
    [1, 0, 0],
    [1, 1, 0],
  ];
  const prediction = [
    [0.2, 0.6, 0.7],
    [0.2, 0.6, 0.6],
    [0.6, 0.8, 0],
  ];
  it('f1Score', () => {
    expectFigures(metrics.f1Score({ threshold: 0.5 }), target, prediction, [0.5, 0.8, 0.6666667]);
    expectFigures(metrics.f1Score({ threshold: 0.5, average: 'macro' }), target, prediction, (0.5 + 0.8 + 2 / 3) / 3);
    expectFigures(metrics.f1Score({ threshold: 0.5, average: 'micro' }), target, prediction, 8 / 12);
    const weighted = (3 * 0.5 + 2 * 0.8 + 2 / 3) / 6;
    expectFigures(metrics.f1Score({ threshold: 0.5, average: 'weighted' }), target, prediction, weighted);
    expectFigures(
      metrics.f1Score(),
      [
        [1, 0],
        [0, 1],
      ],
      [
        [0.9, 0.1],
        [0.8, 0.2],
      ],
      [2 / 3, 0],
    );
  });
});

describe('intersection over union', () => {
  it('of classes', () => {
    const [target, prediction, weight] = [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
      [0.2, 0.3, 0.4, 0.1],
    ];
    expectFigures(metrics.iou({ numClasses: 2, targetClassIds: [0, 1] }), target, prediction, 1 / 3);
    const weighted = (0.2 / (0.6 + 0.5 - 0.2) + 0.1 / (0.4 + 0.5 - 0.1)) / 2;
    expectFigures(metrics.meanIou({ numClasses: 2 }), target, prediction, weighted, weight);
    expectFigures(metrics.meanIou({ numClasses: 3, ignoreClass: 2 }), [...target, 2], [...prediction, 1], 1 / 3);
    // Numbers that are no class do not count, and those without occurrence are not in the mean.
    expectFigures(metrics.meanIou({ numClasses: 5 }), [...target, 7], [...prediction, 0], 1 / 3);
  });

  it('of answers and distributions', () => {
    expectFigures(metrics.binaryIou({ threshold: 0.3 }), [0, 1, 0, 1], [0.1, 0.2, 0.4, 0.7], 1 / 3);
    const target = [
      [0, 0, 1],
      [1, 0, 0],
      [0, 1, 0],
      [1, 0, 0],
    ];
    const prediction = [
      [0.2, 0.3, 0.5],
      [0.1, 0.2, 0.7],
      [0.5, 0.3, 0.1],
      [0.1, 0.4, 0.5],
    ];
    const weight = [0.1, 0.2, 0.3, 0.4];
    expectFigures(metrics.oneHotIou({ numClasses: 3, targetClassIds: [0, 2] }), target, prediction, (0 + 1 / 3) / 2);
    expectFigures(metrics.oneHotMeanIou({ numClasses: 3 }), target, prediction, 0.1 / 0.7 / 3, weight);
  });
});

describe('correlations', () => {
  const target = [
    [0, 1, 0.5],
    [1, 1, 0.2],
  ];
  const prediction = [
    [0.1, 0.9, 0.5],
    [1, 0.9, 0.2],
  ];
  it('of examples', () => {
    expectFigures(metrics.pearsonCorrelation(), target, prediction, 0.9966996338993913);
    expectFigures(metrics.concordanceCorrelation(), target, prediction, 0.9816320385426076);
  });
});

describe('accuracies', () => {
  const oneHot = [
    [0, 0, 1],
    [0, 1, 0],
  ];
  const prediction = [
    [0.1, 0.9, 0.8],
    [0.05, 0.95, 0],
  ];
  it('of classes, weighted', () => {
    expectFigures(metrics.categoricalAccuracy(), oneHot, prediction, 0.3, [0.7, 0.3]);
    expectFigures(metrics.sparseCategoricalAccuracy(), [2, 1], prediction, 0.3, [0.7, 0.3]);
    expectFigures(metrics.topKCategoricalAccuracy({ k: 1 }), oneHot, prediction, 0.3, [0.7, 0.3]);
    expectFigures(metrics.sparseTopKCategoricalAccuracy({ k: 1 }), [2, 1], prediction, 0.3, [0.7, 0.3]);
    expectFigures(metrics.topKCategoricalAccuracy({ k: 2 }), oneHot, prediction, 1);
  });

  it('of answers', () => {
    expectFigures(metrics.binaryAccuracy(), [1, 1, 0, 0], [0.98, 1, 0, 0.6], 0.5, [1, 0, 0, 1]);
    const classes = metrics.accuracy();
    const numbers = tensor([0, 2, 3, 4], { dtype: 'int32' }) as Tensor;
    const state = classes.update(classes.initialize(), t([1, 2, 3, 4]), numbers, t([1, 1, 0, 0]));
    expect(classes.result(state).item()).toBe(0.5);
  });
});
