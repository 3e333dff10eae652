import { DeftError } from '@deft/core';
import { type Tensor, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as optim from './index.ts';
import { type Optimizer, optimizerFromConfig, type Schedule, scheduleFromConfig } from './index.ts';

const { recipeOf } = optim;
const throughText = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

const schedules: readonly Schedule[] = [
  optim.cosineDecay(0.1, { decaySteps: 7 }),
  optim.cosineDecay(0, { decaySteps: 7, alpha: 0.1, warmupTarget: 0.3, warmupSteps: 3 }),
  optim.cosineDecayRestarts(0.1, { firstDecaySteps: 3, mMul: 0.5 }),
  optim.exponentialDecay(0.1, { decaySteps: 3, decayRate: 0.7, staircase: true }),
  optim.inverseTimeDecay(0.1, { decaySteps: 3, decayRate: 0.7 }),
  optim.linearWarmup(0.1, { warmupSteps: 4 }),
  optim.linearWarmup(optim.polynomialDecay(0.1, { decaySteps: 3, cycle: true }), { warmupSteps: 4 }),
  optim.piecewiseConstantDecay([2, 5], [0.1, 0.05, 0.01]),
  optim.polynomialDecay(0.1, { decaySteps: 5, power: 2 }),
];

const rules = {
  adadelta: optim.adadelta({ rho: 0.9 }),
  adafactor: optim.adafactor(),
  adagrad: optim.adagrad({ initialAccumulatorValue: 0.2 }),
  adam: optim.adam({ amsgrad: true, beta1: 0.8 }),
  adamW: optim.adamW({ weightDecay: 0.1, excludeFromWeightDecay: ['b'] }),
  adamax: optim.adamax(),
  ftrl: optim.ftrl({ l1RegularizationStrength: 0.01 }),
  lamb: optim.lamb(),
  lion: optim.lion({ learningRate: 0.01 }),
  muon: optim.muon({ rmsRate: null, excludeLayers: ['b'] }),
  nadam: optim.nadam(),
  rmsprop: optim.rmsprop({ centered: true, momentum: 0.5 }),
  sgd: optim.sgd({ momentum: 0.9, nesterov: true }),
};

const wrappers: readonly ((inner: Optimizer) => Optimizer)[] = [
  (inner) => optim.accumulateGradients(inner, 2),
  (inner) => optim.averageWeights(inner, { emaMomentum: 0.5, emaOverwriteFrequency: 2 }),
  (inner) => optim.clipGradients(inner, { globalClipnorm: 0.5 }),
  (inner) => optim.clipGradients(inner, { clipvalue: 0.3 }),
  (inner) => optim.lossScaleOptimizer(inner, { initialScale: 4, dynamicGrowthSteps: 2 }),
  (inner) => optim.scaleLossBy(inner, 2),
];

/** The parameters after some steps, as numbers. */
function steps(optimizer: Optimizer): unknown {
  let parameters: { a: Tensor; b: Tensor } = {
    a: tensor([
      [1, 2],
      [3, 4],
    ]),
    b: tensor([0.5, -1]),
  };
  let state = optimizer.initialize(parameters);
  for (let i = 0; i < 3; i++) {
    const gradients = {
      a: tensor([
        [0.1, -0.2],
        [i, 0.4],
      ]),
      b: tensor([0.3, 1 - i]),
    };
    const rate = tensor(optimizer.schedule?.(i) ?? optimizer.learningRate);
    ({ parameters, state } = optimizer.update(gradients, state, parameters, rate));
  }
  const last = optimizer.finalize?.(parameters, state) ?? parameters;
  return [parameters, last].map(({ a, b }) => [a.toArray(), b.toArray()]);
}

describe('recipes', () => {
  it('make schedules again', () => {
    for (const schedule of schedules) {
      const copy = scheduleFromConfig(throughText(recipeOf(schedule)));
      expect(recipeOf(copy)).toEqual(recipeOf(schedule));
      for (let step = 0; step < 20; step++) expect(copy(step)).toBe(schedule(step));
    }
  });

  it.each(Object.entries(rules))('make %s again, and it takes the same steps', (kind, optimizer) => {
    const recipe = recipeOf(optimizer);
    expect(recipe?.kind).toBe(kind);
    const copy = optimizerFromConfig(throughText(recipe));
    expect(copy.config).toEqual(optimizer.config);
    expect(recipeOf(copy)).toEqual(recipe);
    expect(steps(copy)).toEqual(steps(optimizer));
  });

  it('make optimisers again in any wrappers, in their order, with any schedule', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...schedules),
        fc.array(fc.constantFrom(...wrappers), { maxLength: 3 }),
        (learningRate, around) => {
          const inner: Optimizer = optim.sgd({ learningRate, momentum: 0.5 });
          const optimizer = around.reduce((wrapped, wrap) => wrap(wrapped), inner);
          const copy = optimizerFromConfig(throughText(recipeOf(optimizer)));
          expect(copy.schedule?.(5)).toBe(learningRate(5));
          expect(steps(copy)).toEqual(steps(optimizer));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('keep the wrappers that options ask for', () => {
    const options = { clipnorm: 1, useEma: true, emaMomentum: 0.5, lossScaleFactor: 8, gradientAccumulationSteps: 2 };
    const optimizer = optim.adam(options);
    expect(steps(optimizerFromConfig(throughText(recipeOf(optimizer))))).toEqual(steps(optimizer));
  });

  it('are there only for what is made of data', () => {
    expect(recipeOf(optim.sgd({ learningRate: (step) => 1 / (step + 1) }))).toBeUndefined();
    expect(recipeOf(optim.clipGradients({ ...optim.sgd() }, { clipnorm: 1 }))).toBeUndefined();
    expect(recipeOf(optim.linearWarmup(() => 1, { warmupSteps: 2 }))).toBeUndefined();
  });

  it.each([
    ['no object', 3, /recipe: expected an object/],
    ['an unknown kind', { kind: 'toString', config: {} }, /kind: expected one of .*adam.* got "toString"/],
    ['no configuration', { kind: 'adam' }, /config: expected an object/],
    ['an unknown option', { kind: 'adam', config: { __proto__: null, momentum: 1 } }, /adam\.momentum/],
    ['an option of another type', { kind: 'sgd', config: { nesterov: 'yes' } }, /sgd\.nesterov: expected boolean/],
    ['an option out of range', { kind: 'sgd', config: { momentum: 2 } }, /momentum: expected a number from 0/],
    ['an infinite number', { kind: 'sgd', config: { learningRate: Infinity } }, /sgd\.learningRate: expected number/],
    ['a wrapper around nothing', { kind: 'averageWeights', config: {} }, /recipe: expected an object/],
    [
      'two limits',
      JSON.parse(
        '{"kind":"clipGradients","config":{"optimizer":{"kind":"sgd","config":{}},"clipnorm":1,"clipvalue":1}}',
      ),
      /E_ATTRIBUTE/,
    ],
  ])('reject %s', (_, recipe, says) => {
    expect(() => optimizerFromConfig(recipe)).toThrow(says);
    expect(() => optimizerFromConfig(recipe)).toThrow(DeftError);
  });

  it('give nothing but errors of their own for any data', () => {
    const kinds = [...Object.keys(rules), 'clipGradients', 'averageWeights', 'accumulateGradients', 'scaleLossBy'];
    const options = fc.dictionary(
      fc.constantFrom('learningRate', 'momentum', 'optimizer', 'clipnorm', 'muonA', 'excludeLayers', 'weightDecay'),
      fc.oneof(fc.jsonValue(), fc.constant({ kind: 'sgd', config: {} }), fc.double()),
    );
    fc.assert(
      fc.property(fc.constantFrom(...kinds, '__proto__'), options, (kind, config) => {
        try {
          optimizerFromConfig({ kind, config });
        } catch (error) {
          expect(error).toBeInstanceOf(DeftError);
        }
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.constantFrom(...schedules), fc.jsonValue(), fc.nat(3), (schedule, value, place) => {
        const { kind, config } = recipeOf(schedule) as NonNullable<ReturnType<typeof recipeOf>>;
        const option = Object.keys(config)[place] ?? 'after';
        try {
          expect(typeof scheduleFromConfig({ kind, config: { ...config, [option]: value } })(3)).toBe('number');
        } catch (error) {
          expect(error).toBeInstanceOf(DeftError);
        }
      }),
      { numRuns: 300 },
    );
  });
});
