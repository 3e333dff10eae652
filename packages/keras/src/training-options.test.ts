/**
 * What options of layers do in training: costs and limits of weights, costs of outputs, frozen weights, dtype policies, and masks
 * on their way to the loss and the metrics.
 */
import { setWarningOutput, type Tensor } from '@deft/core';
import { key, tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { deserializeModel, input, layers, type Model, model, sequential } from './index.ts';

const numbersOf = (x: { dataSync(): unknown }): number[] => Array.from(x.dataSync() as ArrayLike<number>, Number);
const count = 16;
const x = Array.from({ length: count }, (_, i) => [Math.sin(i * 1.7), Math.cos(i * 0.9), Math.sin(i)]);
const y = Array.from({ length: count }, (_, i) => [Math.cos(i * 0.3)]);
const named = async (of: Model): Promise<Record<string, number[]>> => {
  const weights = await of.getWeights();
  return Object.fromEntries(of.weightNames.map((name, i) => [name, numbersOf(weights[i] as Tensor)]));
};

describe('regularisers', () => {
  it.each([true, false])('add what weights cost to the loss, in training and out of it (captured: %s)', async (jit) => {
    const dense = (options = {}) => layers.dense(2, { activation: 'tanh', biasInitializer: 'ones', ...options });
    const plain = sequential([dense(), layers.dense(1)], { inputShape: [3], seed: 1 });
    const held = sequential(
      [dense({ kernelRegularizer: { name: 'l1l2', l1: 0.1, l2: 0.2 }, biasRegularizer: 'l2' }), layers.dense(1)],
      { inputShape: [3], seed: 1 },
    );
    for (const one of [plain, held]) one.compile({ optimizer: 'sgd', loss: 'mse', jit });
    const { 'dense/kernel': kernel, 'dense/bias': bias } = await named(held);
    const cost =
      (kernel as number[]).reduce((sum, w) => sum + 0.1 * Math.abs(w) + 0.2 * w * w, 0) +
      (bias as number[]).reduce((sum, w) => sum + 0.01 * w * w, 0);
    const difference = (await held.evaluate(x, y)).loss - (await plain.evaluate(x, y)).loss;
    expect(difference).toBeCloseTo(cost, 5);
    expect((await held.evaluate(x, y, { batchSize: 5 })).loss).toBeCloseTo((await held.evaluate(x, y)).loss, 5);
    // One step moves the weights by the rate times the derivative of the cost more.
    await plain.trainOnBatch(x, y);
    await held.trainOnBatch(x, y);
    const [free, bound] = [await named(plain), await named(held)];
    (kernel as number[]).forEach((w, i) => {
      const pull = 0.01 * (0.1 * Math.sign(w) + 0.4 * w);
      expect((free['dense/kernel'] as number[])[i] as number).toBeCloseTo(
        ((bound['dense/kernel'] as number[])[i] as number) + pull,
        5,
      );
    });
  });

  it('add what outputs cost, by example', async () => {
    const make = (options = {}) => {
      const made = sequential([layers.dense(2, options), layers.dense(1)], { inputShape: [3], seed: 1 });
      made.compile({ optimizer: 'sgd', loss: 'mse' });
      return made;
    };
    const [plain, held] = [make(), make({ activityRegularizer: { name: 'l2', l2: 0.3 } })];
    const difference = (await held.evaluate(x, y)).loss - (await plain.evaluate(x, y)).loss;
    const { 'dense/kernel': kernel } = (await named(held)) as { 'dense/kernel': number[] };
    const outputs = x.flatMap((row) =>
      [0, 1].map((j) => row.reduce((sum, v, i) => sum + v * (kernel[2 * i + j] as number), 0)),
    );
    expect(difference).toBeCloseTo((0.3 * outputs.reduce((sum, v) => sum + v * v, 0)) / count, 5);
  });
});

describe('constraints', () => {
  it.each([true, false])('hold after every step (captured: %s)', async (jit) => {
    const made = sequential(
      [
        layers.dense(4, { kernelConstraint: { name: 'maxNorm', maxValue: 0.5 }, biasConstraint: 'nonNegative' }),
        layers.dense(1, { kernelConstraint: 'unitNorm' }),
      ],
      { inputShape: [3] },
    );
    made.compile({ optimizer: 'adam', loss: 'mse', jit });
    for (let i = 0; i < 3; i++) {
      await made.trainOnBatch(x, y);
      const {
        'dense/kernel': kernel,
        'dense/bias': bias,
        'dense_1/kernel': last,
      } = (await named(made)) as Record<string, number[]>;
      for (let j = 0; j < 4; j++) {
        expect(Math.hypot(...[0, 1, 2].map((row) => kernel?.[4 * row + j] as number))).toBeLessThanOrEqual(0.5 + 1e-6);
      }
      expect(Math.min(...(bias as number[]))).toBeGreaterThanOrEqual(0);
      expect(Math.hypot(...(last as number[]))).toBeCloseTo(1, 5);
    }
  });
});

describe('frozen layers', () => {
  const base = () =>
    layers.sequentialLayer([layers.dense(4, { activation: 'relu' }), layers.batchNormalization()], { name: 'base' });

  it('keep their weights and moving averages; thawed ones do not', async () => {
    const made = sequential([base().with({ trainable: false }), layers.dense(1)], { inputShape: [3] });
    made.compile({ optimizer: 'adam', loss: 'mse' });
    const order = made.weightNames;
    const before = await named(made);
    await made.fit(x, y, { epochs: 2 });
    const frozen = await named(made);
    const moved = (a: Record<string, number[]>, b: Record<string, number[]>): string[] =>
      Object.keys(a).filter((name) => String(a[name]) !== String(b[name]));
    expect(moved(before, frozen)).toEqual(['dense/kernel', 'dense/bias']);
    expect(made.summary()).toContain('trainable 5, other 32');
    await made.setTrainable({ base: { dense: true } });
    expect(await named(made)).toEqual(frozen);
    expect(made.weightNames).toEqual(order);
    await made.fit(x, y, { epochs: 1 });
    const partly = await named(made);
    expect(moved(frozen, partly)).toEqual(['base/dense/kernel', 'base/dense/bias', 'dense/kernel', 'dense/bias']);
    await made.setTrainable(true);
    await made.fit(x, y, { epochs: 1 });
    expect(moved(partly, await named(made))).toEqual(order);
    await expect(made.setTrainable({ wrong: true })).rejects.toThrow(/trainable.*wrong/s);
  });

  it('come from another model, with its weights', async () => {
    const trained = sequential([base(), layers.dense(3)], { inputShape: [3] });
    trained.compile({ optimizer: 'adam', loss: 'mse' });
    await trained.fit(x, x, { epochs: 1 });
    const [pretrained] = trained.layers as [ReturnType<typeof base>];
    const made = sequential([pretrained.with({ trainable: false }), layers.dense(1)], { inputShape: [3] });
    await made.setLayerWeights('base', await trained.getLayerWeights('base'));
    made.compile({ optimizer: 'sgd', loss: 'mse' });
    await made.fit(x, y, { epochs: 1 });
    const [old, now] = [await named(trained), await named(made)];
    for (const name of Object.keys(now).filter((one) => one.startsWith('base/'))) expect(now[name]).toEqual(old[name]);
    await expect(made.getLayerWeights('wrong')).rejects.toThrow(/one of base, dense.*got wrong/s);
  });
});

describe('dtype policies', () => {
  it.each(['mixedFloat16', 'mixedBfloat16'] as const)(
    '%s computes in 16 bits, with weights and figures in 32',
    async (dtype) => {
      const made = sequential(
        [layers.dense(8, { activation: 'relu' }), layers.batchNormalization(), layers.dense(1, { dtype: 'float32' })],
        { inputShape: [3], dtype, seed: 2 },
      );
      const wide = sequential([layers.dense(8, { activation: 'relu' }), layers.batchNormalization(), layers.dense(1)], {
        inputShape: [3],
        seed: 2,
      });
      expect((await made.getWeights()).map(({ dtype: own }) => own)).toEqual(new Array(8).fill('float32'));
      const hidden = made.layers[0] as ReturnType<typeof layers.dense>;
      const { parameters, state } = hidden.initialize(key(0), [3]);
      expect(hidden.apply(parameters, state, tensor(x), { training: false }).output.dtype).toBe(
        dtype.slice(5).toLowerCase(),
      );
      const losses = [];
      for (const one of [made, wide]) {
        one.compile({ optimizer: 'adam', loss: 'mse' });
        losses.push((await one.fit(x, y, { epochs: 5, batchSize: 8 })).history['loss'] as number[]);
      }
      const [narrow, full] = losses as [number[], number[]];
      narrow.forEach((value, i) => void expect(Math.abs(value - (full[i] as number))).toBeLessThan(0.05));
    },
  );

  it('scale the loss for float16 by themselves', async () => {
    // Gradients of this size are 0 in float16 unless the loss is scaled.
    const tiny = y.map(([value]) => [(value as number) * 1e-4]);
    const made = sequential([layers.dense(1, { kernelInitializer: 'zeros' })], {
      inputShape: [3],
      dtype: 'mixedFloat16',
    });
    made.compile({ optimizer: 'sgd', loss: 'mse' });
    await made.fit(x, tiny, { epochs: 1 });
    expect((await named(made))['dense/kernel']?.every((w) => w !== 0)).toBe(true);
  });

  it('are kept by files', async () => {
    const made = sequential([layers.dense(2, { trainable: false }), layers.dense(1)], {
      inputShape: [3],
      dtype: 'mixedBfloat16',
    });
    const copy = deserializeModel(await made.serialize());
    expect(copy.layers.map(({ settings }) => settings)).toEqual(made.layers.map(({ settings }) => settings));
    expect(await named(copy)).toEqual(await named(made));
  });
});

describe('masks', () => {
  const steps = 4;
  const words = Array.from({ length: count }, (_, i) =>
    Array.from({ length: steps }, (__, t) => (t < 1 + (i % steps) ? 1 + ((i + t) % 5) : 0)),
  );
  const targets = words.map((row) => row.map((word) => [word / 5]));
  const embed = (maskZero: boolean) => layers.embedding(6, 3, { maskZero });
  const after = () => [
    layers.dense(4, { activation: 'tanh' }),
    layers.dropout(0.3),
    layers.layerNormalization(),
    layers.dense(1),
  ];

  it('reach loss and metrics: steps that stand for nothing do not count', async () => {
    const made = sequential([embed(true), ...after()], { inputShape: [steps], seed: 6 });
    made.compile({ optimizer: 'sgd', loss: 'mse', metrics: ['mae'], weightedMetrics: ['mse'] });
    const found = await made.evaluate(words, targets, { batchSize: count });
    const predicted = numbersOf(await made.predict(words));
    const errors = words.flatMap((row, i) =>
      row.flatMap((word, t) => (word === 0 ? [] : [(predicted[i * steps + t] as number) - word / 5])),
    );
    const mean = (of: (error: number) => number): number => errors.reduce((sum, e) => sum + of(e), 0) / errors.length;
    expect(found.loss).toBeCloseTo(
      mean((e) => e * e),
      5,
    );
    expect(found['mae']).toBeCloseTo(mean(Math.abs), 5);
    expect(found['mse']).toBeCloseTo(
      mean((e) => e * e),
      5,
    );
    const parts = await made.evaluate(words, targets, { batchSize: 3 });
    for (const [name, value] of Object.entries(found)) expect(parts[name]).toBeCloseTo(value, 5);
  });

  it('go through merges and drawn models', async () => {
    const given = input([steps]);
    const embedded = embed(true)(given);
    const net = model({
      inputs: given,
      outputs: layers.globalAveragePooling1d()(layers.add()([embedded, layers.dense(3)(embedded)])),
    });
    // Longer padding changes nothing.
    const shown = numbersOf(await net.predict(words));
    const padded = words.map((row) => [...row, 0, 0]);
    const longer = model({
      inputs: given,
      outputs: layers.globalAveragePooling1d()(layers.add()([embedded, layers.dense(3)(embedded)])),
    });
    const free = input([null]);
    const e = embed(true)(free);
    const any = model({
      inputs: free,
      outputs: layers.globalAveragePooling1d()(layers.add()([e, layers.dense(3)(e)])),
    });
    await any.setWeights(await longer.getWeights());
    numbersOf(await any.predict(padded)).forEach((value, i) => void expect(value).toBeCloseTo(shown[i] as number, 5));
  });

  it('are lost with a warning where a layer cannot pass them on', async () => {
    const warnings: string[] = [];
    const before = setWarningOutput((text) => void warnings.push(text));
    try {
      const made = sequential([embed(true), layers.conv1d(2, 2)], { inputShape: [steps] });
      await made.predict(words);
      await made.predict(words);
    } finally {
      setWarningOutput(before);
    }
    expect(warnings).toEqual([expect.stringMatching(/layer conv1d .*gets a mask and can't pass it on/)]);
  });
});
