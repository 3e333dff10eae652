/** Laws that hold for every optimiser, bare and in every wrapper. */
import { DeftError, type Tensor, tree } from '@deft/core';
import { cast, jit, setBackend, square, sub, sum, tensor, zeros } from '@deft/tensor';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  accumulateGradients,
  adadelta,
  adafactor,
  adagrad,
  adam,
  adamax,
  adamW,
  averageWeights,
  clipGradients,
  exponentialDecay,
  ftrl,
  lamb,
  lion,
  lossScaleOptimizer,
  muon,
  nadam,
  type Optimizer,
  type OptimizerState,
  rmsprop,
  scaleLossBy,
  sgd,
} from './index.ts';

const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];
const allNumbers = (value: unknown): number[][] => (tree.leaves(value) as Tensor[]).map(numbersOf);

const rules: readonly (readonly [string, Optimizer])[] = [
  ['sgd', sgd()],
  ['sgd with momentum', sgd({ momentum: 0.9, nesterov: true })],
  ['adam', adam()],
  ['adam with amsgrad', adam({ amsgrad: true })],
  ['adamW', adamW()],
  ['nadam', nadam()],
  ['adamax', adamax()],
  ['adagrad', adagrad()],
  ['adadelta', adadelta()],
  ['rmsprop', rmsprop()],
  ['rmsprop with everything', rmsprop({ momentum: 0.5, centered: true })],
  ['ftrl', ftrl()],
  ['lion', lion()],
  ['lamb', lamb()],
  ['adafactor', adafactor()],
  ['muon', muon()],
  ['muon, unscaled', muon({ rmsRate: null })],
];

const wrapped: readonly (readonly [string, Optimizer])[] = [
  ['clipped', clipGradients(adam(), { clipnorm: 1 })],
  ['accumulating', accumulateGradients(sgd({ momentum: 0.5 }), 2)],
  ['averaging', averageWeights(adam(), { emaOverwriteFrequency: 2 })],
  ['scaled', scaleLossBy(sgd(), 8)],
  ['scaling', lossScaleOptimizer(adam(), { dynamicGrowthSteps: 2 })],
  [
    'all at once',
    adam({
      weightDecay: 0.1,
      globalClipnorm: 2,
      gradientAccumulationSteps: 2,
      useEma: true,
      emaMomentum: 0.5,
      emaOverwriteFrequency: 3,
      lossScaleFactor: 4,
    }),
  ],
];

const optimizers = [...rules, ...wrapped];

describe('every optimiser', () => {
  it.each(optimizers)('%s keeps structure, shapes and dtypes', (_, optimizer) => {
    const half = cast(tensor([1, 2]), 'float16');
    const parameters = {
      a: [tensor([[1, 2]]), tensor(3, { dtype: 'float64' })],
      b: { c: tensor([4]), none: zeros([0, 3]), scalar: tensor(2) },
      half,
      short: cast(half, 'bfloat16'),
    };
    const state = optimizer.initialize(parameters);
    const once = optimizer.update(parameters, state, parameters, tensor(0.1));
    const next = optimizer.update(parameters, once.state, once.parameters, tensor(0.1));
    const texts = (value: unknown): string[] => (tree.leaves(value) as Tensor[]).map((t) => t.abstract.text);
    expect(texts(next.parameters)).toEqual(texts(parameters));
    expect(tree.structure(next.state).text).toBe(tree.structure(state).text);
    expect(texts(next.state)).toEqual(texts(state));
    expect(next.state.step.item()).toBe(2);
    expect(allNumbers(next.parameters).flat().every(Number.isFinite)).toBe(true);
  });

  it.each(rules)('%s steps a tree as it steps its leaves', (_, optimizer) => {
    const numbers = fc.array(fc.double({ min: -4, max: 4, noNaN: true }), { minLength: 4, maxLength: 4 });
    const matrix = numbers.map((values) => tensor(new Float64Array(values), { shape: [2, 2] }) as Tensor);
    const vector = numbers.map((values) => tensor(new Float64Array(values)) as Tensor);
    fc.assert(
      fc.property(
        fc.tuple(matrix, vector),
        fc.array(fc.tuple(matrix, vector), { minLength: 1, maxLength: 3 }),
        (start, gradients) => {
          let together = {
            parameters: { m: start[0], v: [start[1]] },
            state: optimizer.initialize({ m: start[0], v: [start[1]] }),
          };
          let alone = start.map((parameters) => ({ parameters, state: optimizer.initialize(parameters) }));
          for (const [m, v] of gradients) {
            together = optimizer.update({ m, v: [v] }, together.state, together.parameters, tensor(0.1));
            alone = alone.map(({ parameters, state }, i) =>
              optimizer.update([m, v][i], state, parameters, tensor(0.1)),
            );
          }
          expect(allNumbers(together.parameters)).toEqual(alone.map(({ parameters }) => numbersOf(parameters)));
        },
      ),
      { numRuns: 10 },
    );
  });

  it.each(optimizers)(
    '%s is captured once, whatever step and rate, and gives what it gives at once',
    (_, optimizer) => {
      const update = jit((gradients: Tensor, state: OptimizerState, parameters: Tensor, learningRate: Tensor) =>
        optimizer.update(gradients, state, parameters, learningRate),
      );
      const gradient = tensor([
        [1, -2],
        [0.5, 3],
      ]);
      let eager = { parameters: gradient as Tensor, state: optimizer.initialize(gradient) };
      let captured = eager;
      for (let i = 0; i < 5; i++) {
        const learningRate = tensor(0.1 / (i + 1));
        eager = optimizer.update(gradient, eager.state, eager.parameters, learningRate);
        captured = update(gradient, captured.state, captured.parameters, learningRate);
      }
      expect(update.traceCount).toBe(1);
      expect(update.compileCount).toBe(1);
      expect(allNumbers(captured.parameters)).toEqual(allNumbers(eager.parameters));
      expect(allNumbers(captured.state)).toEqual(allNumbers(eager.state));
    },
  );

  it.each(optimizers)('%s goes on from a state that was stored', (_, optimizer) => {
    const gradient = tensor([[1, -2]]);
    const first = optimizer.update(gradient, optimizer.initialize(gradient), gradient as Tensor, tensor(0.1));
    const stored = tree.map<OptimizerState>(
      (t: Tensor) => tensor(t.dataSync().slice() as never, { shape: t.shape, dtype: t.dtype }),
      first.state,
    );
    const next = optimizer.update(gradient, first.state, first.parameters, tensor(0.1));
    const again = optimizer.update(gradient, stored, first.parameters, tensor(0.1));
    expect(allNumbers(again)).toEqual(allNumbers(next));
  });

  it.each(optimizers)('%s leaves what goes in unchanged', (_, optimizer) => {
    const parameters = [tensor([[1, 2]])];
    const state = optimizer.initialize(parameters);
    const before = allNumbers([parameters, state]);
    const once = optimizer.update(parameters, state, parameters, tensor(0.1));
    expect(allNumbers([parameters, state])).toEqual(before);
    expect(allNumbers(optimizer.update(parameters, state, parameters, tensor(0.1)))).toEqual(allNumbers(once));
  });

  it.each(rules.filter(([name]) => !['ftrl', 'adamW', 'muon', 'muon, unscaled'].includes(name)))(
    '%s leaves parameters alone that have no gradient',
    (_, optimizer) => {
      let parameters = tensor([[1, -2, 0]]) as Tensor;
      let state = optimizer.initialize(parameters);
      for (let i = 0; i < 3; i++) {
        ({ parameters, state } = optimizer.update(zeros([1, 3]), state, parameters, tensor(0.1)));
      }
      expect(numbersOf(parameters)).toEqual([1, -2, 0]);
    },
  );

  it.each(rules.filter(([name]) => name !== 'adadelta'))('%s goes down in a bowl', (_, optimizer) => {
    const target = tensor([3, -1]);
    const height = (p: Tensor): number => (sum(square(sub(p, target))) as Tensor).item() as number;
    let parameters = tensor([0.5, 0.5]) as Tensor;
    const before = height(parameters);
    let state = optimizer.initialize(parameters);
    for (let i = 0; i < 200; i++) {
      ({ parameters, state } = optimizer.update(sub(parameters, target), state, parameters, tensor(0.1)));
    }
    expect(height(parameters)).toBeLessThan(before / 2);
  });

  const makers: { readonly [name: string]: (options: never) => Optimizer } = {
    ...{ sgd, adam, adamW, nadam, adamax, adagrad, adadelta, rmsprop, ftrl, lion, lamb, adafactor, muon },
  };
  it.each(optimizers.filter(([name]) => name !== 'scaling'))('%s can be made again of its options', (_, optimizer) => {
    const again = makers[optimizer.name]?.(JSON.parse(JSON.stringify(optimizer.config)) as never) as Optimizer;
    expect(again.config).toEqual(optimizer.config);
    const start = tensor([[1, -2]]) as Tensor;
    const steps = [optimizer, again].map((one) => one.update(start, one.initialize(start), start, tensor(0.1)));
    expect(allNumbers(steps[1])).toEqual(allNumbers(steps[0]));
  });

  it.each(optimizers)('%s states its options as plain data', (_, optimizer) => {
    expect(JSON.parse(JSON.stringify(optimizer.config))).toEqual(optimizer.config);
    expect(optimizer.config['learningRate']).toBe(optimizer.learningRate);
  });
});

describe('backends', () => {
  afterAll(() => setBackend('wasm'));

  it.each(rules)('%s: reference and wasm agree', (_, optimizer) => {
    const results = ['reference', 'wasm'].map((backend) => {
      setBackend(backend as 'wasm');
      let parameters = {
        m: tensor([
          [0.5, -1.5],
          [2, 3],
        ]),
        v: tensor([1, -2]),
      };
      const gradients = {
        m: tensor([
          [1, 0],
          [-0.25, 2],
        ]),
        v: tensor([0.1, 3]),
      };
      let state = optimizer.initialize(parameters);
      for (let i = 0; i < 3; i++) ({ parameters, state } = optimizer.update(gradients, state, parameters, tensor(0.1)));
      return allNumbers(parameters).flat();
    });
    const [reference, wasm] = results as [number[], number[]];
    wasm.forEach((value, i) => {
      const wanted = reference[i] as number;
      expect(Math.abs(value - wanted)).toBeLessThanOrEqual(2e-5 * Math.max(1, Math.abs(wanted)));
    });
  });
});

it('a thousand steps with a schedule are one program', () => {
  const schedule = exponentialDecay(0.1, { decaySteps: 100, decayRate: 0.9 });
  const optimizer = adam({ learningRate: schedule });
  expect(optimizer.schedule).toBe(schedule);
  expect(optimizer.learningRate).toBe(0.1);
  const update = jit(
    (gradients: Tensor, state: OptimizerState, parameters: Tensor, learningRate: Tensor) =>
      optimizer.update(gradients, state, parameters, learningRate),
    { donate: [1, 2] },
  );
  const gradient = tensor([1, -2]);
  let parameters = tensor([0.5, 3]) as Tensor;
  let state = optimizer.initialize(parameters);
  for (let i = 0; i < 1000; i++) {
    ({ parameters, state } = update(gradient, state, parameters, tensor(schedule(i))));
  }
  expect(update.compileCount).toBe(1);
  expect(update.traceCount).toBe(1);
  // Adam moves by the rate where gradients do not change: 0.1 · (0.9^0 + 0.9^0.01 + …).
  const way = Array.from({ length: 1000 }, (_, i) => schedule(i)).reduce((a, b) => a + b, 0);
  expect(numbersOf(parameters)[0]).toBeCloseTo(0.5 - way, 1);
});

it('averages of squares do not vanish for float16 parameters', () => {
  const optimizer = adam({ learningRate: 0.01 });
  const parameters = cast(tensor([1]), 'float16') as Tensor;
  const gradient = cast(tensor([1e-4]), 'float16');
  const next = optimizer.update(gradient, optimizer.initialize(parameters), parameters, tensor(0.01));
  expect(numbersOf(cast(next.parameters, 'float32') as Tensor)[0]).toBeCloseTo(0.99, 3);
});

describe('errors', () => {
  it('say which leaf cannot be trained', () => {
    const bad = { w: tensor([1]), labels: tensor(new Int32Array([1])) };
    expect(() => adam().initialize(bad)).toThrow(
      /parameters\.labels: expected a floating tensor, got int32\[1\] \[E_DTYPE\]/,
    );
    expect(() => sgd().initialize({ w: 3 })).toThrow(/parameters\.w: expected a tensor/);
  });

  it('say where gradients have another structure', () => {
    const parameters = { w: tensor([1]), b: tensor([1]) };
    const optimizer = adam();
    const state = optimizer.initialize(parameters);
    expect(() => optimizer.update({ w: tensor([1]) }, state, parameters, tensor(1))).toThrow(/\[E_TREE\]/);
  });

  it.each([
    ['learningRate', () => sgd({ learningRate: -1 })],
    ['learningRate', () => lamb({ learningRate: () => Number.NaN })],
    ['momentum', () => sgd({ momentum: 1 })],
    ['beta1', () => adam({ beta1: 1 })],
    ['beta2', () => adam({ beta2: -0.1 })],
    ['epsilon', () => nadam({ epsilon: Number.NaN })],
    ['weightDecay', () => adamW({ weightDecay: Infinity })],
    ['excludeFromWeightDecay', () => adamW({ excludeFromWeightDecay: [''] })],
    ['initialAccumulatorValue', () => adagrad({ initialAccumulatorValue: -1 })],
    ['rho', () => adadelta({ rho: 1 })],
    ['momentum', () => rmsprop({ momentum: 2 })],
    ['learningRatePower', () => ftrl({ learningRatePower: 0.1 })],
    ['l1RegularizationStrength', () => ftrl({ l1RegularizationStrength: -1 })],
    ['beta1', () => lion({ beta1: 0 })],
    ['beta2Decay', () => adafactor({ beta2Decay: 1 })],
    ['clipThreshold', () => adafactor({ clipThreshold: 0 })],
    ['nsSteps', () => muon({ nsSteps: 0.5 })],
    ['muonA', () => muon({ muonA: Infinity })],
    ['rmsRate', () => muon({ rmsRate: -1 })],
    ['clipnorm', () => adam({ clipnorm: 0 })],
    ['clipvalue, clipnorm', () => adam({ clipnorm: 1, clipvalue: 1 })],
    ['emaMomentum', () => adam({ useEma: true, emaMomentum: 1 })],
    ['emaMomentum', () => adam({ emaMomentum: 0.9 })],
    ['emaOverwriteFrequency', () => adam({ useEma: true, emaOverwriteFrequency: 0 })],
    ['gradientAccumulationSteps', () => adam({ gradientAccumulationSteps: 1.5 })],
    ['lossScaleFactor', () => adam({ lossScaleFactor: 0 })],
    ['initialScale', () => lossScaleOptimizer(adam(), { initialScale: -1 })],
    ['dynamicGrowthSteps', () => lossScaleOptimizer(adam(), { dynamicGrowthSteps: 0 })],
  ])('name the hyper-parameter that is out of range: %s', (argument, make) => {
    expect(make).toThrow(DeftError);
    expect(make).toThrow(`${argument}: expected`);
    expect(make).toThrow('[E_ATTRIBUTE]');
  });
});
