/** Laws of all metrics: cutting changes nothing, captured as at once, every backend alike, and formulas written out. */
import { mapTree } from '@deft/core';
import { jit, setBackend, type Tensor, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { metrics } from '../index.ts';
import type { Metric, MetricState } from './metric.ts';

type Rows = readonly (readonly number[])[];
const exact = (rows: unknown): Tensor => tensor(rows as never, { dtype: 'float64' }) as Tensor;
const numbersOf = (x: Tensor): number[] => Array.from(x.dataSync() as unknown as ArrayLike<number>, Number);
const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

type Kind = 'bits' | 'oneHot' | 'classes' | 'numbers';

interface Case {
  readonly make: () => Metric;
  readonly target: Kind;
  /** The figure of all examples with their weights, where it is written out. */
  readonly figure?: (t: Rows, p: Rows, w: readonly number[]) => number | readonly number[];
}

const classes = 3;
/** Every element with the weight of its example. */
const elements = (t: Rows, p: Rows, w: readonly number[]): readonly (readonly [number, number, number])[] =>
  t.flatMap((row, i) => row.map((x, j) => [x, p[i]?.[j] as number, w[i] as number] as const));
const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const countAt =
  (threshold: number, side: boolean, answer: boolean) =>
  (t: Rows, p: Rows, w: readonly number[]): number =>
    total(elements(t, p, w).map(([x, y, weight]) => ((x === 1) === side && y > threshold === answer ? weight : 0)));
const rate =
  (threshold: number, sides: readonly [boolean, boolean], others: readonly [boolean, boolean]) =>
  (...args: readonly [Rows, Rows, readonly number[]]): number => {
    const hits = countAt(threshold, ...sides)(...args);
    return share(hits, hits + countAt(threshold, ...others)(...args));
  };
const precisionAt = (at: number) => rate(at, [true, true], [false, true]);
const recallAt = (at: number) => rate(at, [true, true], [true, false]);
const specificityAt = (at: number) => rate(at, [false, false], [false, true]);
const even = Array.from({ length: 21 }, (_, i) => i / 20);
type FigureAt = (at: number) => (...args: readonly [Rows, Rows, readonly number[]]) => number;
const best =
  (wanted: FigureAt, bounded: FigureAt, bound: number) =>
  (...args: readonly [Rows, Rows, readonly number[]]): number =>
    Math.max(0, ...even.filter((at) => bounded(at)(...args) >= bound).map((at) => wanted(at)(...args)));
const weightedMean =
  (of: (t: readonly number[], p: readonly number[]) => number) =>
  (t: Rows, p: Rows, w: readonly number[]): number =>
    share(total(t.map((row, i) => (w[i] as number) * of(row, p[i] as readonly number[]))), total(w));
const largest = (row: readonly number[]): number => row.indexOf(Math.max(...row));
const rank = (row: readonly number[], at: number): number => row.filter((x) => x > (row[at] as number)).length;
const roc = (t: Rows, p: Rows, w: readonly number[]): number => {
  const edges = [-1, ...even.slice(1, -1), 2];
  const points = edges.map((at) => [1 - specificityOf(at, t, p, w), recallAt(at)(t, p, w)] as const);
  return total(
    points
      .slice(1)
      .map(
        ([x, y], i) =>
          (((points[i] as readonly [number, number])[0] - x) * ((points[i] as readonly [number, number])[1] + y)) / 2,
      ),
  );
};
/** One minus the share of false positives, which is 0 where there are no negatives. */
const specificityOf = (at: number, t: Rows, p: Rows, w: readonly number[]): number => {
  const wrong = countAt(at, false, true)(t, p, w);
  return 1 - share(wrong, wrong + countAt(at, false, false)(t, p, w));
};
const fOf =
  (beta: number) =>
  (t: Rows, p: Rows, w: readonly number[]): readonly number[] =>
    [0, 1, 2].map((j) => {
      const at = (rows: Rows): Rows => rows.map((row) => [row[j] as number]);
      const [precision, recall] = [precisionAt(0.5)(at(t), at(p), w), recallAt(0.5)(at(t), at(p), w)];
      return share((1 + beta ** 2) * precision * recall, beta ** 2 * precision + recall);
    });

const cases: Readonly<Record<string, Case>> = {
  accuracy: {
    make: metrics.accuracy,
    target: 'oneHot',
    figure: weightedMean((t, p) => Number(largest(t) === largest(p))),
  },
  binaryAccuracy: {
    make: () => metrics.binaryAccuracy({ threshold: 0.4 }),
    target: 'bits',
    figure: weightedMean((t, p) => total(t.map((x, i) => Number((p[i] as number) > 0.4 === (x === 1)))) / classes),
  },
  categoricalAccuracy: { make: metrics.categoricalAccuracy, target: 'oneHot' },
  sparseCategoricalAccuracy: {
    make: metrics.sparseCategoricalAccuracy,
    target: 'classes',
    figure: weightedMean(([t], p) => Number(t === largest(p))),
  },
  topKCategoricalAccuracy: {
    make: () => metrics.topKCategoricalAccuracy({ k: 2 }),
    target: 'oneHot',
    figure: weightedMean((t, p) => Number(rank(p, largest(t)) < 2)),
  },
  sparseTopKCategoricalAccuracy: { make: () => metrics.sparseTopKCategoricalAccuracy({ k: 2 }), target: 'classes' },
  truePositives: { make: metrics.truePositives, target: 'bits', figure: countAt(0.5, true, true) },
  falsePositives: { make: metrics.falsePositives, target: 'bits', figure: countAt(0.5, false, true) },
  trueNegatives: { make: metrics.trueNegatives, target: 'bits', figure: countAt(0.5, false, false) },
  falseNegatives: { make: metrics.falseNegatives, target: 'bits', figure: countAt(0.5, true, false) },
  precision: { make: metrics.precision, target: 'bits', figure: precisionAt(0.5) },
  recall: {
    make: () => metrics.recall({ thresholds: [0.2, 0.7] }),
    target: 'bits',
    figure: (...args) => [recallAt(0.2)(...args), recallAt(0.7)(...args)],
  },
  'precision of the two largest': { make: () => metrics.precision({ topK: 2 }), target: 'oneHot' },
  'recall of one class': { make: () => metrics.recall({ classId: 1 }), target: 'bits' },
  precisionAtRecall: {
    make: () => metrics.precisionAtRecall(0.6, { numThresholds: 21 }),
    target: 'bits',
    figure: best(precisionAt, recallAt, 0.6),
  },
  recallAtPrecision: {
    make: () => metrics.recallAtPrecision(0.6, { numThresholds: 21 }),
    target: 'bits',
    figure: best(recallAt, precisionAt, 0.6),
  },
  sensitivityAtSpecificity: {
    make: () => metrics.sensitivityAtSpecificity(0.6, { numThresholds: 21 }),
    target: 'bits',
    figure: best(recallAt, specificityAt, 0.6),
  },
  specificityAtSensitivity: {
    make: () => metrics.specificityAtSensitivity(0.6, { numThresholds: 21 }),
    target: 'bits',
    figure: best(specificityAt, recallAt, 0.6),
  },
  auc: { make: () => metrics.auc({ numThresholds: 21 }), target: 'bits', figure: roc },
  'auc of precision and recall': { make: () => metrics.auc({ numThresholds: 21, curve: 'pr' }), target: 'bits' },
  'auc of labels': { make: () => metrics.auc({ numThresholds: 21, multiLabel: true }), target: 'bits' },
  'auc of weighted labels': { make: () => metrics.auc({ numThresholds: 21, labelWeights: [1, 2, 3] }), target: 'bits' },
  f1Score: { make: () => metrics.f1Score({ threshold: 0.5 }), target: 'bits', figure: fOf(1) },
  fBetaScore: { make: () => metrics.fBetaScore({ threshold: 0.5, beta: 2 }), target: 'bits', figure: fOf(2) },
  'f1Score of the largest': { make: () => metrics.f1Score({ average: 'weighted' }), target: 'oneHot' },
  meanIou: { make: () => metrics.meanIou({ numClasses: classes, sparsePrediction: false }), target: 'classes' },
  iou: {
    make: () => metrics.iou({ numClasses: classes, targetClassIds: [0, 2], sparsePrediction: false }),
    target: 'classes',
  },
  oneHotIou: { make: () => metrics.oneHotIou({ numClasses: classes, targetClassIds: [1] }), target: 'oneHot' },
  oneHotMeanIou: { make: () => metrics.oneHotMeanIou({ numClasses: classes }), target: 'oneHot' },
  binaryIou: {
    make: () => metrics.binaryIou({ targetClassIds: [1] }),
    target: 'bits',
    figure: (...args) => {
      const hits = countAt(0.5, true, true)(...args);
      return share(hits, hits + countAt(0.5, false, true)(...args) + countAt(0.5, true, false)(...args));
    },
  },
  pearsonCorrelation: { make: metrics.pearsonCorrelation, target: 'numbers' },
  concordanceCorrelation: { make: metrics.concordanceCorrelation, target: 'numbers' },
  cosineSimilarity: { make: metrics.cosineSimilarity, target: 'numbers' },
  r2Score: {
    make: () => metrics.r2Score({ classAggregation: 'none' }),
    target: 'numbers',
    figure: (t, p, w) =>
      [0, 1, 2].map((j) => {
        const middle = share(total(t.map((row, i) => (w[i] as number) * (row[j] as number))), total(w));
        const spread = total(t.map((row, i) => (w[i] as number) * ((row[j] as number) - middle) ** 2));
        const error = total(
          t.map((row, i) => (w[i] as number) * ((row[j] as number) - ((p[i] as readonly number[])[j] as number)) ** 2),
        );
        return spread > 1e-3 ? 1 - error / spread : Number.NaN;
      }),
  },
  rootMeanSquaredError: {
    make: metrics.rootMeanSquaredError,
    target: 'numbers',
    figure: (...args) =>
      Math.sqrt(weightedMean((t, p) => total(t.map((x, i) => (x - (p[i] as number)) ** 2)) / classes)(...args)),
  },
  meanRelativeError: {
    make: () => metrics.meanRelativeError([1, 0, 2]),
    target: 'numbers',
    figure: weightedMean(
      (t, p) => (Math.abs((t[0] as number) - (p[0] as number)) + Math.abs((t[2] as number) - (p[2] as number)) / 2) / 3,
    ),
  },
  meanSquaredError: { make: metrics.meanSquaredError, target: 'numbers' },
  meanAbsoluteError: {
    make: metrics.meanAbsoluteError,
    target: 'numbers',
    figure: weightedMean((t, p) => total(t.map((x, i) => Math.abs(x - (p[i] as number)))) / classes),
  },
  meanAbsolutePercentageError: { make: metrics.meanAbsolutePercentageError, target: 'numbers' },
  meanSquaredLogarithmicError: { make: metrics.meanSquaredLogarithmicError, target: 'numbers' },
  logCoshError: { make: metrics.logCoshError, target: 'numbers' },
  poisson: { make: metrics.poisson, target: 'numbers' },
  klDivergence: { make: metrics.klDivergence, target: 'numbers' },
  hinge: { make: metrics.hinge, target: 'bits' },
  squaredHinge: { make: metrics.squaredHinge, target: 'bits' },
  categoricalHinge: { make: metrics.categoricalHinge, target: 'oneHot' },
  binaryCrossentropy: { make: metrics.binaryCrossentropy, target: 'bits' },
  categoricalCrossentropy: { make: metrics.categoricalCrossentropy, target: 'oneHot' },
  sparseCategoricalCrossentropy: {
    make: () => metrics.sparseCategoricalCrossentropy({ ignoreClass: 2 }),
    target: 'classes',
    figure: (t, p, w) => {
      const counted = w.map((weight, i) => (t[i]?.[0] === 2 ? 0 : weight));
      const clip = (x: number): number => Math.min(Math.max(x, 1e-7), 1 - 1e-7);
      return weightedMean(([x], row) => -Math.log(clip(row[x as number] as number) / total(row.map(clip))))(
        t,
        p,
        counted,
      );
    },
  },
};

const probability = fc.double({ min: 0.01, max: 0.99, noNaN: true });
const row = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(one, { minLength: classes, maxLength: classes });
const targets: Readonly<Record<Kind, fc.Arbitrary<number[]>>> = {
  bits: row(fc.constantFrom(0, 1)),
  oneHot: fc.nat(classes - 1).map((at) => [0, 1, 2].map((i) => (i === at ? 1 : 0))),
  classes: fc.nat(classes - 1).map((at) => [at]),
  numbers: row(probability),
};
const weight = fc.constantFrom(0, 0.5, 1, 2, 3.25);
const examples = ({ target }: Case): fc.Arbitrary<readonly [Rows, Rows, readonly number[], readonly number[]]> =>
  fc.integer({ min: 1, max: 7 }).chain((count) => {
    const times = { minLength: count, maxLength: count };
    const cuts = fc.subarray(Array.from({ length: count - 1 }, (_, i) => i + 1));
    return fc.tuple(fc.array(targets[target], times), fc.array(row(probability), times), fc.array(weight, times), cuts);
  });

type Update = Metric['update'];
function figureOf(
  metric: Metric,
  update: Update,
  [target, prediction, weights]: readonly [Rows, Rows, readonly number[]],
  cuts: readonly number[],
): number[] {
  const borders = [0, ...cuts, target.length];
  let state: MetricState = metric.initialize([1, classes]);
  for (let i = 1; i < borders.length; i++) {
    const part = <T>(all: readonly T[]): readonly T[] => all.slice(borders[i - 1], borders[i]);
    state = update(state, exact(part(target)), exact(part(prediction)), exact(part(weights)));
  }
  return numbersOf(metric.result(state));
}

function expectNear(found: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    const at = expected[i] as number;
    // A formula says NaN where it is not defined.
    if (Number.isNaN(at)) return;
    expect(Math.abs(value - at), `${found} for ${expected}`).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(at)));
  });
}

afterEach(() => setBackend('wasm'));

describe.each(Object.entries(cases))('%s', (_, one) => {
  const metric = one.make();

  it('does not depend on how examples are cut, and is its formula', () => {
    fc.assert(
      fc.property(examples(one), ([target, prediction, weights, cuts]) => {
        const all = [target, prediction, weights] as const;
        const whole = figureOf(metric, metric.update, all, []);
        expectNear(figureOf(metric, metric.update, all, cuts), whole, 1e-9);
        if (one.figure) expectNear(whole, [one.figure(...all)].flat(), 1e-9);
      }),
      { numRuns: 12 },
    );
  });

  it('is the same captured with its state given up, and on the reference backend', () => {
    const update = jit((...args: Parameters<Update>) => metric.update(...args), { donate: [0] }) as unknown as Update;
    fc.assert(
      fc.property(examples(one), ([target, prediction, weights, cuts]) => {
        const all = [target, prediction, weights] as const;
        const eager = figureOf(metric, metric.update, all, cuts);
        expectNear(figureOf(metric, update, all, cuts), eager, 1e-12);
        setBackend('reference');
        expectNear(figureOf(metric, metric.update, all, cuts), eager, 1e-12);
        setBackend('wasm');
      }),
      { numRuns: 3 },
    );
  });
});

it('states are trees of tensors that count beyond float32', () => {
  const metric = metrics.truePositives();
  const state = mapTree(
    (leaf: Tensor) => exact(leaf.shape.length === 0 ? 2 ** 24 : [2 ** 24]),
    metric.initialize(),
  ) as MetricState;
  expect(metric.result(metric.update(state, exact([1]), exact([1]))).item()).toBe(2 ** 24 + 1);
});

it('means of what a function gives, and sums', () => {
  const average = metrics.mean();
  const first = average.accumulate(
    average.initialize(),
    exact([
      [1, 2],
      [3, 4],
    ]),
    exact([1, 0]),
  );
  expect(average.result(average.accumulate(first, exact(6), exact(2))).item()).toBe((1 + 2 + 12) / 4);
  expect(average.result(average.initialize()).item()).toBe(0);
  const sums = metrics.sum();
  expect(sums.result(sums.accumulate(sums.initialize(), exact([1, 3, 5, 7]), exact([1, 1, 0, 0]))).item()).toBe(4);
});
