import { type Tensor, tree } from '@deft/core';
import { tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  accumulateGradients,
  adam,
  averageWeights,
  clipGradients,
  lossScaleOptimizer,
  type Optimizer,
  type OptimizerState,
  scaleLossBy,
  sgd,
} from '../index.ts';

const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float64Array)];
const allNumbers = (value: unknown): number[][] => (tree.leaves(value) as Tensor[]).map(numbersOf);
const vector = (values: readonly number[]): Tensor => tensor(new Float64Array(values));
const square = [
  [1, 2],
  [3, 4],
] as const;
const ones = tensor([
  [1, 1],
  [1, 1],
]);

/** Parameters and state after each of the gradients, with a learning rate of 1. */
function run<P>(
  optimizer: Optimizer,
  start: P,
  gradients: readonly unknown[],
): { parameters: P; state: OptimizerState }[] {
  let now = { parameters: start, state: optimizer.initialize(start) };
  return gradients.map((gradient) => {
    now = optimizer.update(gradient, now.state, now.parameters, tensor(1));
    return now;
  });
}

/** Numbers of Keras 3: keras/src/optimizers/optimizer_test.py and loss_scale_optimizer_test.py. */
describe("Keras's published numbers", () => {
  it.each([
    [{ clipnorm: 1 }, [100, 100], [Math.SQRT1_2, Math.SQRT1_2]],
    [{ clipvalue: 1 }, [100, 100], [1, 1]],
    [{ globalClipnorm: 1 }, [50, 100], [50 / Math.hypot(50, 100), 100 / Math.hypot(50, 100)]],
  ])('clipping by %o', (options, gradient, expected) => {
    const [only] = run(sgd(options), tensor([0, 0]) as Tensor, [tensor(gradient)]);
    numbersOf(only?.parameters as Tensor).forEach((value, i) => {
      expect(-value).toBeCloseTo(expected[i] as number, 6);
    });
  });

  it('averages of weights that take their place every three steps', () => {
    const optimizer = sgd({ learningRate: 1, useEma: true, emaMomentum: 0.9, emaOverwriteFrequency: 3 });
    const steps = run(
      optimizer,
      tensor([
        [3, 4],
        [5, 6],
      ]) as Tensor,
      [ones, ones, ones],
    );
    const shown = steps.map(({ parameters, state }) => [numbersOf(parameters), ...allNumbers(state.slots['average'])]);
    const expected = [
      [
        [2, 3, 4, 5],
        [2, 3, 4, 5],
      ],
      [
        [1, 2, 3, 4],
        [1.9, 2.9, 3.9, 4.9],
      ],
      [
        [1.71, 2.71, 3.71, 4.71],
        [1.71, 2.71, 3.71, 4.71],
      ],
    ];
    shown.flat(2).forEach((value, i) => {
      expect(value).toBeCloseTo(expected.flat(2)[i] as number, 5);
    });
  });

  it('an average that models take at the end', () => {
    // A layer of ones, two steps down the mean square of its outputs for an input of one.
    const optimizer = sgd({ learningRate: 0.1, useEma: true, emaMomentum: 0.9 });
    let parameters = tensor([[1, 1]]) as Tensor;
    let state = optimizer.initialize(parameters);
    for (let i = 0; i < 2; i++) ({ parameters, state } = optimizer.update(parameters, state, parameters, tensor(0.1)));
    const averaged = numbersOf(optimizer.finalize?.(parameters, state) as Tensor);
    for (const value of averaged) expect(value).toBeCloseTo(0.891, 5);
  });

  it('a fixed scale of the loss', () => {
    const optimizer = sgd({ learningRate: 1, lossScaleFactor: 1024 });
    const start = tensor([...square]) as Tensor;
    const [only] = run(optimizer, start, [
      tensor([
        [1024, 2048],
        [3072, 4096],
      ]),
    ]);
    expect(numbersOf(only?.parameters as Tensor)).toEqual([0, 0, 0, 0]);
    expect(optimizer.scaleLoss?.(tensor(1), optimizer.initialize(start)).item()).toBe(1024);
  });

  it('accumulated gradients', () => {
    const optimizer = sgd({ learningRate: 1, gradientAccumulationSteps: 3 });
    const steps = run(optimizer, tensor([...square]) as Tensor, [ones, ones, ones, ones]);
    expect(steps.map(({ parameters }) => numbersOf(parameters)[0])).toEqual([1, 1, 0, 0]);
    expect(steps.map(({ state }) => allNumbers(state.slots['accumulated'])[0]?.[0])).toEqual([1, 2, 0, 1]);
    expect(steps.map(({ state }) => state.step.item())).toEqual([1, 2, 3, 4]);
  });

  const infinite = tensor([Infinity, Infinity, Infinity, Infinity]);
  const start = tensor([1, 2, 3, 4]) as Tensor;
  const scaleAfter = (optimizer: Optimizer, gradient: Tensor, steps: number): unknown => {
    const last = run(
      optimizer,
      start,
      Array.from({ length: steps }, () => gradient),
    ).at(-1);
    return optimizer.scaleLoss?.(tensor(1), last?.state as OptimizerState).item();
  };

  it('a scale of the loss that adapts', () => {
    const optimizer = lossScaleOptimizer(sgd());
    const half = tensor(0.5);
    const state = optimizer.initialize(start);
    const scaled = tensor([1, 6, 7, 2].map((g) => g * 2 ** 15));
    expect(numbersOf(optimizer.update(scaled, state, start, half).parameters)).toEqual([0.5, -1, -0.5, 3]);
    expect(numbersOf(optimizer.update(infinite, state, start, half).parameters)).toEqual([1, 2, 3, 4]);
    expect(scaleAfter(lossScaleOptimizer(sgd(), { initialScale: 400 }), infinite, 4)).toBe(25);
    const growing = lossScaleOptimizer(sgd(), { initialScale: 2, dynamicGrowthSteps: 2 });
    expect(scaleAfter(growing, tensor([1, 6, 7, 2]), 8)).toBe(32);
  });
});

describe('laws', () => {
  const numbers = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 });
  const gradients = fc.array(numbers, { minLength: 1, maxLength: 6 });
  const norm = (values: readonly number[]): number => Math.hypot(...values);

  const byGlobalNorm = clipGradients(sgd(), { globalClipnorm: 2 });
  const byNorm = clipGradients(sgd(), { clipnorm: 2 });
  it('clipped gradients keep their direction, and are as they were where they are small', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const zero = { a: vector([0, 0, 0]), b: vector([0, 0, 0]) };
        const given = { a: vector(a), b: vector(b) };
        const clipped = (optimizer: Optimizer): number[][] =>
          allNumbers(optimizer.update(given, optimizer.initialize(zero), zero, tensor(-1)).parameters);
        const together = clipped(byGlobalNorm).flat();
        const all = [...a, ...b];
        together.forEach((value, i) => {
          expect(value).toBeCloseTo((all[i] as number) * Math.min(1, 2 / norm(all)), 10);
        });
        const [first] = clipped(byNorm);
        first?.forEach((value, i) => {
          expect(value).toBeCloseTo((a[i] as number) * Math.min(1, 2 / norm(a)), 10);
        });
      }),
      { numRuns: 40 },
    );
  });

  it.each(['clipnorm', 'globalClipnorm'])('%s shows a norm that is not finite', (option) => {
    const [only] = run(sgd({ [option]: 1 }), vector([1, 1]), [vector([1, Infinity])]);
    expect(numbersOf(only?.parameters as Tensor)).toEqual([Number.NaN, Number.NaN]);
  });

  const inner = adam({ weightDecay: 0.1, clipvalue: 1 });
  const accumulating = accumulateGradients(inner, 2);
  it('two accumulated gradients are one step with their mean', () => {
    fc.assert(
      fc.property(numbers, fc.array(fc.tuple(numbers, numbers), { minLength: 1, maxLength: 3 }), (start, pairs) => {
        const each = run(accumulating, vector(start), pairs.flat().map(vector)).at(-1);
        const mean = pairs.map(([a, b]) => vector(a.map((x, i) => (x + (b[i] as number)) / 2)));
        const once = run(inner, vector(start), mean).at(-1);
        expect(numbersOf(each?.parameters as Tensor)).toEqual(numbersOf(once?.parameters as Tensor));
        expect(allNumbers(each?.state.slots['inner'])).toEqual(allNumbers(once?.state));
      }),
      { numRuns: 25 },
    );
  });

  const plain = adam();
  const averaging = averageWeights(plain, { emaMomentum: 0.75 });
  it('an average does not change the steps, and is the weighted mean of what they gave', () => {
    fc.assert(
      fc.property(numbers, gradients, (start, list) => {
        const steps = run(averaging, vector(start), list.map(vector));
        const bare = run(plain, vector(start), list.map(vector));
        expect(steps.map(({ parameters }) => numbersOf(parameters))).toEqual(
          bare.map(({ parameters }) => numbersOf(parameters)),
        );
        const average = bare
          .map(({ parameters }) => numbersOf(parameters))
          .reduce((so, now) => so.map((x, i) => 0.75 * x + 0.25 * (now[i] as number)));
        const { parameters, state } = steps.at(-1) as { parameters: Tensor; state: OptimizerState };
        numbersOf(averaging.finalize?.(parameters, state) as Tensor).forEach((value, i) => {
          expect(value).toBeCloseTo(average[i] as number, 10);
        });
      }),
      { numRuns: 25 },
    );
    const untouched = vector([1, 2]);
    expect(averaging.finalize?.(untouched, averaging.initialize(untouched)).toArray()).toEqual([1, 2]);
  });

  it.each([
    ['fixed', scaleLossBy(plain, 64)],
    ['adapted', lossScaleOptimizer(plain, { initialScale: 64 })],
  ])('a %s scale of the loss by a power of two changes nothing', (_, scaling) => {
    fc.assert(
      fc.property(numbers, gradients, (start, list) => {
        const scaled = list.map((gradient) => vector(gradient.map((g) => g * 64)));
        const found = run(scaling, vector(start), scaled).map(({ parameters }) => numbersOf(parameters));
        const wanted = run(plain, vector(start), list.map(vector)).map(({ parameters }) => numbersOf(parameters));
        expect(found).toEqual(wanted);
      }),
      { numRuns: 20 },
    );
  });

  it('a step that overflowed leaves the inner state as it was, whichever parameter it was', () => {
    const optimizer = lossScaleOptimizer(plain, { initialScale: 8, dynamicGrowthSteps: 3 });
    const start = { a: vector([1]), b: vector([2]) };
    const fine = { a: vector([1]), b: vector([1]) };
    const bad = { a: vector([1]), b: vector([Number.NaN]) };
    const steps = run(optimizer, start, [fine, bad, fine, fine, fine]);
    const scales = steps.map(({ state }) => optimizer.scaleLoss?.(vector([1]), state).toArray());
    expect(scales).toEqual([[8], [4], [4], [4], [8]]);
    expect(allNumbers(steps[1]?.parameters)).toEqual(allNumbers(steps[0]?.parameters));
    expect(allNumbers(steps[1]?.state.slots['inner'])).toEqual(allNumbers(steps[0]?.state.slots['inner']));
    expect(steps.map(({ state }) => (state.slots['inner'] as OptimizerState).step.item())).toEqual([1, 1, 2, 3, 4]);
  });

  it('the scale stays a number that can be divided by', () => {
    const optimizer = lossScaleOptimizer(sgd(), { initialScale: 2 ** -23 });
    const last = run(
      optimizer,
      vector([1]),
      Array.from({ length: 4 }, () => vector([Number.NaN])),
    ).at(-1);
    expect(numbersOf(last?.state.slots['scale'] as Tensor)).toEqual([2 ** -24]);
  });

  it('wrappers around wrappers pass the scale of the loss and the average on', () => {
    const optimizer = clipGradients(
      lossScaleOptimizer(accumulateGradients(averageWeights(scaleLossBy(sgd(), 2), { emaMomentum: 0.5 }), 1), {
        initialScale: 8,
      }),
      { clipvalue: 1e6 },
    );
    const start = vector([3]);
    const state = optimizer.initialize(start);
    expect(optimizer.scaleLoss?.(tensor(1), state).item()).toBe(16);
    const steps = run(optimizer, start, [vector([16]), vector([16])]);
    expect(steps.map(({ parameters }) => numbersOf(parameters)[0])).toEqual([2, 1]);
    const { parameters, state: last } = steps[1] as { parameters: Tensor; state: OptimizerState };
    expect(optimizer.finalize?.(parameters, last).toArray()).toEqual([1.5]);
    expect(optimizer.config).toEqual({
      ...{ learningRate: 0.01, momentum: 0, nesterov: false, lossScaleFactor: 2 },
      ...{ useEma: true, emaMomentum: 0.5, gradientAccumulationSteps: 1 },
      ...{ initialScale: 8, dynamicGrowthSteps: 2000, clipvalue: 1e6 },
    });
  });
});
