/** Models that are drawn up, of one or of several inputs and outputs, against chains, sums and losses that say the same. */
import { add, matmul, relu, tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { deserializeModel, input, layers, losses, type Model, model, sequential } from './index.ts';

const numbersOf = (x: { dataSync(): unknown }): number[] => Array.from(x.dataSync() as ArrayLike<number>, Number);
const wave = (count: number, width: number, pace: number): number[][] =>
  Array.from({ length: count }, (_, i) => Array.from({ length: width }, (_, j) => Math.sin(pace * (i * width + j))));

const count = 20;
const [a, b] = [wave(count, 3, 1.3), wave(count, 2, 0.7)] as const;
const [sums, classes] = [wave(count, 1, 0.4), Array.from({ length: count }, (_, i) => i % 3)] as const;

/** Two inputs, two outputs; the first hidden layer is shared by both. */
function twoByTwo(): Model {
  const left = input([3], { name: 'left' });
  const right = input([2], { name: 'right' });
  const hidden = layers.dense(4, { activation: 'tanh' })(layers.concatenate()([left, right]));
  const total = layers.dense(1, { name: 'total' })(hidden);
  const kind = layers.dense(3, { name: 'kind' })(layers.dropout(0.1)(hidden));
  return model({ inputs: [left, right], outputs: [total, kind], seed: 3 });
}

const kindLoss = losses.sparseCategoricalCrossentropy({ fromLogits: true });

describe('a model that is drawn up', () => {
  it.each([true, false])('trains as the chain of its layers does, captured: %s', async (jit) => {
    const made = [
      layers.dense(5, { activation: 'relu' }),
      layers.batchNormalization(),
      layers.dropout(0.2),
      layers.dense(1),
    ];
    const chain = sequential(made, { inputShape: [3], seed: 5 });
    const x = input([3]);
    const [first, second, third, fourth] = made as [
      (typeof made)[0],
      (typeof made)[0],
      (typeof made)[0],
      (typeof made)[0],
    ];
    const drawn = model({ inputs: x, outputs: fourth(third(second(first(x)))), seed: 5 });
    expect(drawn.weightNames).toEqual(chain.weightNames);
    const histories = [];
    for (const one of [chain, drawn]) {
      one.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'], jit });
      histories.push((await one.fit(a, sums, { epochs: 2, batchSize: 8 })).history);
    }
    expect(histories[1]).toEqual(histories[0]);
    expect((await drawn.getWeights()).map(numbersOf)).toEqual((await chain.getWeights()).map(numbersOf));
  });

  it('gives its shared layers one set of weights', async () => {
    const [x, y] = [input([2]), input([2])];
    const shared = layers.dense(3, { activation: 'relu' });
    const net = model({ inputs: [x, y], outputs: layers.subtract()([shared(x), shared(y)]) });
    expect(net.weightNames).toEqual(['dense/kernel', 'dense/bias']);
    expect(numbersOf(await net.predict([b, b]))).toEqual(new Array(3 * count).fill(0));
    const [kernel, bias] = (await net.getWeights()) as [never, never];
    const alone = relu(add(matmul(tensor(b), kernel), bias)) as { dataSync(): unknown };
    const zero = relu(bias) as { dataSync(): unknown };
    const shown = numbersOf(await net.predict([b, b.map(() => [0, 0])]));
    numbersOf(alone).forEach(
      (value, i) => void expect(shown[i]).toBeCloseTo(value - (numbersOf(zero)[i % 3] as number), 5),
    );
  });

  it('takes examples in the order or by the names of its inputs and outputs', async () => {
    const histories = [];
    for (const byName of [false, true]) {
      const net = twoByTwo();
      net.compile({ optimizer: 'sgd', loss: byName ? { kind: kindLoss, total: 'mse' } : ['mse', kindLoss] });
      const x = byName ? { right: b, left: a } : [a, b];
      const y = byName ? { kind: classes, total: sums } : [sums, classes];
      histories.push((await net.fit(x, y, { epochs: 2, batchSize: 7 })).history);
    }
    expect(histories[1]).toEqual(histories[0]);
    expect(Object.keys(histories[0] as object)).toEqual(['loss', 'totalLoss', 'kindLoss']);
  });

  it('adds the losses of its outputs by their weights, and names figures after outputs', async () => {
    const net = twoByTwo();
    const metrics = { kind: ['sparseCategoricalAccuracy' as const], total: ['mae' as const] };
    const weightedMetrics = { total: ['mae' as const] };
    net.compile({
      optimizer: 'sgd',
      loss: ['mse', kindLoss],
      lossWeights: { total: 0.25, kind: 2 },
      metrics,
      weightedMetrics,
    });
    const weights = Array.from({ length: count }, (_, i) => (i % 2 === 0 ? 2 : 0.5));
    const ones = weights.map(() => 1);
    const whole = await net.evaluate([a, b], [sums, classes], { batchSize: count, sampleWeight: [weights, ones] });
    expect(Object.keys(whole)).toEqual([
      'loss',
      'totalLoss',
      'kindLoss',
      'totalMae',
      'kindSparseCategoricalAccuracy',
      'totalWeightedMae',
    ]);
    expect(whole.loss).toBeCloseTo(0.25 * (whole['totalLoss'] as number) + 2 * (whole['kindLoss'] as number), 5);
    const [total] = await net.predictAll([a, b]);
    const distances = numbersOf(total as never).map((value, i) => Math.abs(value - (sums[i]?.[0] as number)));
    const mean = distances.reduce((sum, d) => sum + d, 0) / count;
    const weighted = distances.reduce((sum, d, i) => sum + d * (weights[i] as number), 0) / (1.25 * count);
    expect(whole['totalMae']).toBeCloseTo(mean, 5);
    expect(whole['totalWeightedMae']).toBeCloseTo(weighted, 5);
    for (const batchSize of [1, 6]) {
      const parts = await net.evaluate([a, b], [sums, classes], { batchSize, sampleWeight: [weights, ones] });
      for (const [name, value] of Object.entries(whole)) expect(parts[name]).toBeCloseTo(value, 5);
    }
  });

  it('comes back from its file, with shared layers and several outputs', async () => {
    const net = twoByTwo();
    const copy = deserializeModel(await net.serialize());
    expect(copy.inputNames).toEqual(['left', 'right']);
    expect(copy.outputNames).toEqual(['total', 'kind']);
    const [before, after] = [await net.predictAll([a, b]), await copy.predictAll([a, b])];
    expect(after.map(numbersOf)).toEqual(before.map(numbersOf));
  });

  it('says what does not fit', async () => {
    const net = twoByTwo();
    const compile = (options: object) => () => net.compile({ optimizer: 'sgd', loss: 'mse', ...options });
    expect(compile({ loss: ['mse'] })).toThrow(/loss: expected an array with one for each of total, kind.*array of 1/);
    expect(compile({ loss: { total: 'mse', kinds: 'mse' } })).toThrow(/got kinds/);
    expect(compile({ lossWeights: { total: Number.NaN } })).toThrow(/lossWeights: expected finite numbers, got NaN/);
    expect(compile({ metrics: ['mae'] })).toThrow(/metrics/);
    net.compile({ optimizer: 'sgd', loss: ['mse', kindLoss] });
    await expect(net.fit([a], [sums, classes])).rejects.toThrow(
      /x: expected an array with one for each of left, right/,
    );
    await expect(net.fit({ left: a, wrong: b }, [sums, classes])).rejects.toThrow(/got a record of left, wrong/);
    await expect(net.fit([a, b.slice(1)], [sums, classes])).rejects.toThrow(/as many/);
    await expect(net.predict([a, b])).rejects.toThrow(/several outputs.*predictAll/s);
    const [x, y] = [input([2]), input([2], { name: 'other' })];
    expect(() => model({ inputs: x, outputs: layers.add()([x, y]) })).toThrow(/input other.*not among them/);
    expect(() => model({ inputs: [x, y], outputs: layers.dense(1)(x) })).toThrow(
      /inputs on which outputs depend.*other/,
    );
    expect(() => layers.dense(2)(tensor([[1, 2]]))).toThrow(/outside of a call.*layer\.apply/s);
    expect(() => layers.conv2d(2, 3)(x)).toThrow(/layer conv2d/);
  });
});

describe('summary and plot', () => {
  it('show what each layer gets and gives', () => {
    const net = twoByTwo();
    const table = net.summary();
    expect(table).toContain('input [batch, 3] and [batch, 2]');
    expect(table).toMatch(/kind \(dense\) +\[batch, 3\] +15 +60 B +dropout/);
    expect(table).toContain('Parameters: 44 (176 B), trainable 44, other 0');
    const drawing = net.plot();
    expect(drawing.match(/<rect/g)).toHaveLength(1 + 7);
    expect(drawing.match(/<path d="M\d/g)).toHaveLength(1 + 6);
  });

  it('and memory say how many bytes training takes', async () => {
    const net = twoByTwo();
    net.compile({ optimizer: 'adam', loss: ['mse', kindLoss] });
    // Two slots of 44 numbers, and the count of steps.
    expect(net.summary()).toContain('Optimiser adam: 356 B');
    const [few, many] = [
      await net.memory([a.slice(0, 4), b.slice(0, 4)], [sums.slice(0, 4), classes.slice(0, 4)]),
      await net.memory([a, b], [sums, classes]),
    ];
    expect([few.weights, few.optimizer, few.batch]).toEqual([176, 356, 4 * 4 * (3 + 2 + 1 + 1)]);
    expect(many.batch).toBe((few.batch * count) / 4);
    expect(many.activations).toBeGreaterThan(few.activations);
    expect(many.total).toBe(many.weights + many.optimizer + many.activations + many.results + many.batch);
  });

  it('show free axes', () => {
    const free = sequential([layers.conv1d(4, 3), layers.globalAveragePooling1d(), layers.dense(2)], {
      inputShape: [null, 2],
    });
    expect(free.summary()).toMatch(/conv1d \(conv1d\) +\[batch, null, 4\]/);
    expect(free.outputShape).toEqual([2]);
  });
});

describe('free axes', () => {
  it('take any size that no weight depends on', async () => {
    const free = sequential([layers.conv1d(4, 3), layers.globalAveragePooling1d(), layers.dense(2)], {
      inputShape: [null, 2],
    });
    for (const length of [3, 7]) {
      const x = { data: new Float32Array(2 * length * 2), shape: [2, length, 2] };
      expect((await free.predict(x)).shape).toEqual([2, 2]);
    }
    const bad = { data: new Float32Array(2 * 4 * 3), shape: [2, 4, 3] };
    await expect(free.predict(bad)).rejects.toThrow(/examples of shape \[null, 2\], got \[4, 3\]/);
    const tied = sequential([layers.flatten(), layers.dense(2)], { inputShape: [null, 2] });
    const x = { data: new Float32Array(2 * 5 * 2), shape: [2, 5, 2] };
    await expect(tied.predict(x)).rejects.toThrow(/no weight depends/);
  });

  it('stay free in a drawn model and in its file', async () => {
    const x = input([null, 2]);
    const net = model({ inputs: x, outputs: layers.dense(1)(layers.globalMaxPooling1d()(x)) });
    const copy = deserializeModel(await net.serialize());
    expect([net.inputShape, copy.inputShape]).toEqual([
      [null, 2],
      [null, 2],
    ]);
    for (const length of [1, 6]) {
      const given = { data: Float32Array.from({ length: 2 * length }, (_, i) => i), shape: [1, length, 2] };
      expect(numbersOf(await copy.predict(given))).toEqual(numbersOf(await net.predict(given)));
    }
  });
});
