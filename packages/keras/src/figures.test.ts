/** Figures of models: any metric through `fit` and `evaluate`, weights of examples and classes, and what is refused. */
import { add, mul, type Tensor, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layers, losses, type Model, metrics, sequential } from './index.ts';
import type { MetricChoice } from './metrics.ts';
import type { CompileOptions } from './model-options.ts';

const numbersOf = (x: Tensor): number[] => Array.from(x.dataSync() as unknown as ArrayLike<number>, Number);

/** A model that gives the sigmoid of its input's sum, moved a little by training. */
function model(options: Partial<CompileOptions> = {}): Model {
  const made = sequential([layers.dense(1, { activation: 'sigmoid' })], { inputShape: [2], seed: 2 });
  made.compile({ optimizer: 'sgd', loss: 'binaryCrossentropy', ...options });
  return made;
}

const count = 23;
const x = Array.from({ length: count }, (_, i) => [Math.sin(i * 1.7), Math.cos(i * 0.9)]);
const y = Array.from({ length: count }, (_, i) => [(i * 7) % 3 === 0 ? 1 : 0]);
const weights = Array.from({ length: count }, (_, i) => (i % 4) / 2);

/** Metrics that a mean over batches would get wrong. */
const several = (): MetricChoice[] => ['auc', 'precision', 'recall', 'mse', metrics.rootMeanSquaredError()];

describe('figures', () => {
  it('are those of the metrics alone, whatever the batch size', async () => {
    const whole = model({ metrics: several(), weightedMetrics: ['accuracy', 'mse'] });
    const expected = await whole.evaluate(x, y, { batchSize: count, sampleWeight: weights });
    const predicted = await whole.predict(x);
    const area = metrics.auc();
    const state = area.update(area.initialize(), tensor(y), predicted);
    expect(expected['auc']).toBeCloseTo(area.result(state).item() as number, 9);
    expect(Object.keys(expected)).toEqual([
      'loss',
      'auc',
      'precision',
      'recall',
      'mse',
      'rootMeanSquaredError',
      'accuracy',
      'weightedMse',
    ]);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: count }), async (batchSize) => {
        const found = await whole.evaluate(x, y, { batchSize, sampleWeight: weights });
        for (const [name, value] of Object.entries(expected)) expect(found[name]).toBeCloseTo(value, 5);
      }),
      { numRuns: 6 },
    );
  });

  it('of weighted examples are those of repeated ones', async () => {
    const whole = [1, 2, 0, 3];
    const few = { x: x.slice(0, 4), y: y.slice(0, 4) };
    const repeat = <T>(rows: readonly T[]): T[] =>
      rows.flatMap((row, i) => Array.from({ length: whole[i] as number }, () => row));
    const made = model({
      loss: losses.binaryCrossentropy({ reduction: 'meanWithSampleWeight' }),
      weightedMetrics: several(),
    });
    const weighted = await made.evaluate(few.x, few.y, { sampleWeight: whole, batchSize: 3 });
    const repeated = await made.evaluate(repeat(few.x), repeat(few.y));
    for (const [name, value] of Object.entries(repeated)) expect(weighted[name]).toBeCloseTo(value, 5);
  });

  it('reach history and callbacks, and start afresh every epoch', async () => {
    const made = model({ optimizer: 'sgd', metrics: several() });
    const areas: number[] = [];
    const { history } = await made.fit(x, y, {
      epochs: 3,
      batchSize: 5,
      validationData: [x, y, weights],
      callbacks: [{ onBatchEnd: (_, logs) => void areas.push(logs['auc'] as number) }],
    });
    expect(Object.keys(history)).toContain('valRootMeanSquaredError');
    expect(history['auc']).toEqual([4, 9, 14].map((at) => areas[at]));
    expect(history['valLoss']).toHaveLength(3);
    expect([made.traceCount, made.compileCount]).toEqual([2, 1]);
  });

  it('are the same op by op', async () => {
    const one = model({ metrics: several(), weightedMetrics: ['accuracy'] });
    const captured = await one.trainStep();
    const eager = await one.trainStep({ jit: false });
    for (let i = 0; i < 2; i++) {
      const [a, b] = [await captured.run(x, y), await eager.run(x, y)];
      for (const [name, value] of Object.entries(b)) expect(a[name]).toBeCloseTo(value, 5);
    }
  });

  it('come from functions and rules too', async () => {
    const doubled = (target: Tensor, prediction: Tensor): Tensor => mul(add(target, prediction), 2);
    const made = model({ loss: doubled, metrics: [doubled, { name: 'sums', values: (t, p) => add(t, p) }] });
    const { loss, doubled: metric, sums } = await made.evaluate(x, y);
    expect(metric).toBeCloseTo(loss, 5);
    expect(2 * (sums as number)).toBeCloseTo(loss, 5);
  });
});

describe('names', () => {
  /** Those that need to be told something, and those that have no target. */
  const unnamed = [
    'iou',
    'mean',
    'meanIou',
    'meanMetric',
    'meanRelativeError',
    'oneHotIou',
    'oneHotMeanIou',
    'precisionAtRecall',
    'recallAtPrecision',
    'sensitivityAtSpecificity',
    'specificityAtSensitivity',
    'sum',
  ];
  /** Predictions of three classes; those of which a metric needs class numbers are apart. */
  const rows = x.map((_, i) => [0, 1, 2].map((c) => (i % 3 === c ? 1 : 0)));
  const numbers = x.map((_, i) => i % 3);
  const compiled = (options: Partial<CompileOptions>): Model => {
    const made = sequential([layers.dense(3, { activation: 'softmax' })], { inputShape: [2], seed: 2 });
    made.compile({ optimizer: 'sgd', loss: 'meanSquaredError', ...options });
    return made;
  };

  it('stand for every metric, in a captured step, whatever the batch size', async () => {
    const names = Object.keys(metrics).filter(
      (name) => !unnamed.includes(name) && name !== 'f1Score' && name !== 'fBetaScore',
    );
    const isSparse = (name: string): boolean => name.startsWith('sparse');
    for (const [loss, target, part] of [
      ['categoricalCrossentropy', rows, names.filter((name) => !isSparse(name))],
      ['sparseCategoricalCrossentropy', numbers, names.filter(isSparse)],
    ] as const) {
      const scores = [metrics.f1Score({ average: 'macro' }), metrics.fBetaScore({ average: 'micro' })];
      const needed = [...scores, metrics.oneHotMeanIou({ numClasses: 3 }), metrics.precisionAtRecall(0.5)];
      const made = compiled({ loss, metrics: [...(part as MetricChoice[]), ...(target === rows ? needed : [])] });
      const whole = await made.evaluate(x, target, { batchSize: count });
      const cut = await made.evaluate(x, target, { batchSize: 7 });
      for (const [name, value] of Object.entries(whole)) {
        expect(Number.isFinite(value), name).toBe(true);
        expect(Math.abs((cut[name] as number) - value), name).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(value)));
      }
    }
  });

  it('stand for every loss, in a captured step', async () => {
    for (const name of Object.keys(losses).filter((one) => one !== 'defineLoss' && one !== 'ctc')) {
      const isSparse = /^sparse|Generalized|circle/.test(name);
      const made = compiled({ loss: name as 'mse' });
      const { history } = await made.fit(x, isSparse ? numbers : rows, { batchSize: 10 });
      expect(Number.isFinite(history['loss']?.[0]), name).toBe(true);
    }
  });
});

describe('weights', () => {
  it('of 0 take examples out of training', async () => {
    const [all, few] = [model(), model()];
    const sampleWeight = x.map((_, i) => (i < 10 ? 2.3 : 0));
    const sum = losses.binaryCrossentropy({ reduction: 'sum' });
    for (const made of [all, few]) made.compile({ optimizer: 'sgd', loss: sum });
    await all.trainOnBatch(x, y, { sampleWeight });
    await few.trainOnBatch(x.slice(0, 10), y.slice(0, 10), { sampleWeight: sampleWeight.slice(0, 10) });
    const [a, b] = [(await all.getWeights()).flatMap(numbersOf), (await few.getWeights()).flatMap(numbersOf)];
    a.forEach((value, i) => {
      expect(value).toBeCloseTo(b[i] as number, 5);
    });
  });

  it('of classes multiply those of examples, for numbers and for distributions', async () => {
    const labels = y.map(([label]) => label as number);
    const expected = weights.map((weight, i) => weight * (labels[i] === 1 ? 3 : 1));
    const scores = async (options: object): Promise<number> => (await model().trainOnBatch(x, y, options)).loss;
    const plain = await scores({ sampleWeight: expected });
    expect(await scores({ sampleWeight: weights, classWeight: { 1: 3 } })).toBeCloseTo(plain, 6);
    const two = sequential([layers.dense(2, { activation: 'softmax' })], { inputShape: [2], seed: 2 });
    const run = async (
      target: number[] | number[][],
      loss: 'sparseCategoricalCrossentropy' | 'categoricalCrossentropy',
    ) => {
      two.compile({ optimizer: 'sgd', loss });
      const { history } = await two.fit(x, target, { classWeight: { 0: 0.5 }, batchSize: count, shuffle: false });
      return history['loss']?.[0] as number;
    };
    const before = await two.getWeights();
    const sparse = await run(labels, 'sparseCategoricalCrossentropy');
    await two.setWeights(before);
    const oneHot = labels.map((label) => [1 - label, label]);
    expect(await run(oneHot, 'categoricalCrossentropy')).toBeCloseTo(sparse, 5);
  });
});

describe('what is refused', () => {
  it('says what to write instead', async () => {
    const none = losses.meanSquaredError({ reduction: 'none' });
    expect(() => model({ loss: none })).toThrow(/reduction/);
    expect(() => model({ loss: 'squared' as never })).toThrow(/meanSquaredError/);
    expect(() => model({ metrics: ['f2' as never] })).toThrow(/f1Score/);
    expect(() => model({ metrics: ['auc', metrics.auc({ numThresholds: 3 })] })).toThrow(/two figures are called auc/);
    expect(() => model({ metrics: [metrics.mean() as never] })).toThrow(/metrics/);
    const vector = model({ metrics: [metrics.precision({ thresholds: [0.1, 0.9] })] });
    await expect(vector.fit(x, y)).rejects.toThrow(/one number/);
    await expect(model().fit(x, y, { sampleWeight: [1, 2] })).rejects.toThrow(/sampleWeight/);
    await expect(model().fit(x, y, { classWeight: { zero: 1 } as never })).rejects.toThrow(/classWeight/);
  });
});
