/**
 * Every loss with its gradient, every metric over two batches and every optimiser over three steps are the reference's, on every
 * backend, at once and captured.
 */
import { flatten, type NdArray, nd, type Tensor } from '@deft/core';
import { type Loss, losses, type Metric, metrics } from '@deft/keras';
import * as optim from '@deft/optim';
import { grad, scalar } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { checkEverywhere, type FunctionCase } from './functions-everywhere.ts';

const wave = (shape: readonly number[], pace: number, of: (value: number) => number = (value) => value): NdArray =>
  nd(
    shape,
    Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => of(Math.sin(pace * (i + 1)))),
  );
const whole = (shape: readonly number[], values: readonly number[]): NdArray => ({
  shape,
  dtype: 'int32',
  data: Int32Array.from(values),
});
/** Rows that sum to 1. */
function distributions(rows: number, columns: number, pace: number): NdArray {
  const { data } = wave([rows, columns], pace, Math.exp);
  for (let row = 0; row < rows; row++) {
    const part = (data as Float32Array).subarray(row * columns, (row + 1) * columns);
    const total = part.reduce((a, b) => a + b, 0);
    for (let i = 0; i < columns; i++) part[i] = (part[i] as number) / total;
  }
  return { shape: [rows, columns], dtype: 'float32', data };
}
const leavesOf = (tree: unknown): Tensor[] => flatten(tree).leaves as Tensor[];

const weights = nd([4], [0.5, 1, 0, 2]);
const chances = distributions(4, 3, 1.3);
const oneHot = nd([4, 3], [1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1]);
const classes = whole([4], [0, 2, 1, 2]);

type MakeLoss = () => Loss;
const lossMakers = Object.entries(losses).filter(([name]) => name !== 'defineLoss') as unknown as [string, MakeLoss][];

/** Targets and predictions of losses that do not take distributions. */
const examplesOfLoss: { readonly [name: string]: readonly [target: NdArray, prediction: NdArray] } = {
  sparseCategoricalCrossentropy: [classes, chances],
  categoricalGeneralizedCrossEntropy: [classes, chances],
  circle: [classes, wave([4, 3], 0.7)],
  ctc: [whole([4, 2], [1, 2, 2, 1, 1, 1, 2, 2]), wave([4, 6, 3], 0.9)],
};

/** Losses with one value for all examples, which nothing can weigh. */
const isOfAll: ReadonlySet<string> = new Set(['dice', 'tversky']);

function lossCase([name, make]: [string, MakeLoss]): FunctionCase {
  const loss = make();
  const [target, prediction] = examplesOfLoss[name] ?? [oneHot, chances];
  return {
    label: name,
    inputs: [target, prediction, weights],
    f: ([t, p, w]) => {
      const cost = (at: Tensor): Tensor => loss.compute(t as Tensor, at, isOfAll.has(name) ? undefined : w);
      return [cost(p as Tensor), grad(cost)(p as Tensor) as Tensor];
    },
  };
}

/** Arguments of metrics that need some. */
const argumentsOfMetric: { readonly [name: string]: readonly unknown[] } = {
  sensitivityAtSpecificity: [0.5],
  specificityAtSensitivity: [0.5],
  precisionAtRecall: [0.5],
  recallAtPrecision: [0.5],
  iou: [{ numClasses: 3, targetClassIds: [0, 1] }],
  meanRelativeError: [[0.5, 1, 2]],
  meanIou: [{ numClasses: 3 }],
  oneHotIou: [{ numClasses: 3, targetClassIds: [0, 2] }],
  oneHotMeanIou: [{ numClasses: 3 }],
};
const metricMakers = Object.entries(metrics).filter(
  ([name]) => !['mean', 'sum', 'meanMetric', 'defineMetric'].includes(name),
) as unknown as [string, (...args: unknown[]) => Metric][];

function metricCase([name, make]: (typeof metricMakers)[number]): FunctionCase {
  const metric = make(...(argumentsOfMetric[name] ?? []));
  const target = /^sparse|^iou$|^meanIou$/.test(name) ? classes : oneHot;
  const prediction = /^iou$|^meanIou$/.test(name) ? whole([4], [0, 1, 1, 2]) : chances;
  return {
    label: name,
    inputs: [target, prediction, weights],
    f: ([t, p, w]) => {
      const once = metric.update(metric.initialize([4, 3]), t as Tensor, p as Tensor);
      return [metric.result(metric.update(once, t as Tensor, p as Tensor, w))];
    },
  };
}

const rules = {
  sgd: optim.sgd,
  adam: optim.adam,
  adamW: optim.adamW,
  nadam: optim.nadam,
  adamax: optim.adamax,
  adagrad: optim.adagrad,
  adadelta: optim.adadelta,
  rmsprop: optim.rmsprop,
  ftrl: optim.ftrl,
  lion: optim.lion,
  lamb: optim.lamb,
  adafactor: optim.adafactor,
  muon: optim.muon,
};

function optimizerCase(name: keyof typeof rules, options: object): FunctionCase {
  const optimizer = rules[name](options);
  return {
    label: `${name} ${JSON.stringify(options)}`,
    inputs: [wave([4, 3], 0.7), wave([3], 1.9), wave([4, 3], 1.1), wave([3], 0.3)],
    f: ([kernel, bias, kernelGradient, biasGradient]) => {
      let parameters = { kernel: kernel as Tensor, bias: bias as Tensor };
      let state = optimizer.initialize(parameters);
      for (let step = 0; step < 3; step++) {
        const gradients = { kernel: kernelGradient, bias: biasGradient };
        ({ parameters, state } = optimizer.update(gradients, state, parameters, scalar(0.01) as Tensor));
      }
      return [...leavesOf(parameters), ...leavesOf(state.slots)];
    },
  };
}

describe('losses, metrics and optimisers are the reference everywhere', () => {
  it('losses', () => {
    expect(lossMakers.length).toBeGreaterThan(20);
    checkEverywhere(lossMakers.map(lossCase));
  });

  it('metrics', () => {
    expect(metricMakers.length).toBeGreaterThan(35);
    checkEverywhere(metricMakers.map(metricCase));
  });

  it('optimisers', () => {
    checkEverywhere([
      ...Object.keys(rules).map((name) => optimizerCase(name as keyof typeof rules, {})),
      optimizerCase('sgd', { momentum: 0.9, nesterov: true, weightDecay: 0.1 }),
      optimizerCase('adam', { amsgrad: true, clipNorm: 0.5 }),
      optimizerCase('rmsprop', { centered: true, momentum: 0.5, globalClipNorm: 1 }),
      optimizerCase('adamW', { useEma: true, gradientAccumulationSteps: 2 }),
    ]);
  });
});
