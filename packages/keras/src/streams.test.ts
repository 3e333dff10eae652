/** Batches that come from streams, and several steps at a time, against the same examples given whole and one step at a time. */
import { tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { type BatchStream, layers, type Model, sequential } from './index.ts';

const numbersOf = (x: { dataSync(): unknown }): number[] => Array.from(x.dataSync() as ArrayLike<number>, Number);
const count = 22;
const x = Array.from({ length: count }, (_, i) => [Math.sin(i * 1.7), Math.cos(i * 0.9)]);
const y = Array.from({ length: count }, (_, i) => [(i * 7) % 3 === 0 ? 1 : 0]);
const weights = Array.from({ length: count }, (_, i) => 0.5 + (i % 4) / 2);

function made(options: { jit?: boolean; inputShape?: readonly number[] } = {}): Model {
  const { jit = true, inputShape = [2] } = options;
  const model = sequential([layers.dense(4, { activation: 'tanh' }), layers.dropout(0.2), layers.dense(1)], {
    inputShape,
    seed: 4,
  });
  model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'], weightedMetrics: ['mse'], jit });
  return model;
}

const batchSize = 5;
function* batches(size = batchSize) {
  for (let from = 0; from < count; from += size) {
    const part = <T>(rows: readonly T[]): T[] => rows.slice(from, from + size);
    yield [part(x), part(y), part(weights)] as const;
  }
}
async function* slowly() {
  for (const [some, targets, sampleWeight] of batches()) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    yield { x: tensor(some), y: tensor(targets), sampleWeight: new Float32Array(sampleWeight) };
  }
}

async function run(model: Model, fit: (model: Model) => Promise<{ history: object }>) {
  const { history } = await fit(model);
  return { history, weights: (await model.getWeights()).map(numbersOf) };
}

const whole = (model: Model) =>
  model.fit(x, y, {
    epochs: 3,
    batchSize,
    shuffle: false,
    sampleWeight: weights,
    validationData: [x, y, weights],
    validationBatchSize: 4,
  });

describe('streams', () => {
  const streams: [string, BatchStream][] = [
    ['a function that makes a generator', batches],
    ['a function that makes an asynchronous generator', slowly],
    ['an array of batches behind an iterable', { [Symbol.iterator]: batches }],
  ];
  it.each(streams)('of %s train as the examples do', async (_, stream) => {
    const expected = await run(made(), whole);
    const found = await run(made(), (model) => model.fit(stream, { epochs: 3, validationData: () => batches(4) }));
    expect(found).toEqual(expected);
  });

  it('go on over epochs of so many steps', async () => {
    const steps = Math.ceil(count / batchSize);
    const expected = await run(made(), (model) =>
      model.fit(x, y, { epochs: 2, batchSize, shuffle: false, sampleWeight: weights }),
    );
    function* endless() {
      for (;;) yield* batches();
    }
    const generator = endless();
    const found = await run(made(), (model) => model.fit(generator, { epochs: 2, stepsPerEpoch: steps }));
    expect(found).toEqual(expected);
    // The third pass goes on where the second epoch ended.
    const model = made();
    const seen: number[] = [];
    const callbacks = [{ onBatchEnd: (batch: number) => void seen.push(batch) }];
    await model.fit(batches, { epochs: 3, stepsPerEpoch: 2, callbacks });
    expect(seen).toEqual([0, 1, 0, 1, 0, 1]);
  });

  it('are evaluated and predicted', async () => {
    const model = made();
    expect(await model.evaluate(batches)).toEqual(await model.evaluate(x, y, { batchSize, sampleWeight: weights }));
    const given = () => Array.from(batches(), ([some]) => ({ x: some }));
    expect(numbersOf(await model.predict({ [Symbol.iterator]: () => given().values() }))).toEqual(
      numbersOf(await model.predict(x, { batchSize })),
    );
    expect((await model.predict(x, { batchSize, steps: 2 })).shape).toEqual([10, 1]);
  });

  it('build a model without a shape', async () => {
    const model = sequential([layers.dense(1)]);
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await expect(model.fit(batches())).rejects.toThrow(/used up.*inputShape/s);
    await model.fit(batches);
    expect(model.inputShape).toEqual([2]);
  });

  it('are closed when training ends early, and refuse what they are not', async () => {
    let isClosed = false;
    function* watched() {
      try {
        yield* batches();
      } finally {
        isClosed = true;
      }
    }
    await made().fit(watched, {
      callbacks: [{ onBatchBegin: (batch, control) => (batch === 1 ? control.stop() : undefined) }],
    });
    expect(isClosed).toBe(true);
    const fit = (stream: unknown, options = {}) => made().fit(stream as BatchStream, options);
    await expect(fit(() => [3])).rejects.toThrow(/stream of batches \[x, y\]/);
    await expect(fit(() => [{ x }])).rejects.toThrow(/batches with targets/);
    await expect(fit(() => [])).rejects.toThrow(/no batch/);
    await expect(fit(batches, { sampleWeight: weights })).rejects.toThrow(/no examples to split or to weigh/);
    const used = batches();
    await fit(used);
    await expect(fit(used)).rejects.toThrow(/gave no batch.*function that makes it/s);
  });
});

describe('several steps at a time', () => {
  it.each([
    [true, 2],
    [true, 3],
    [false, 2],
    [true, 50],
  ])('take the same steps as one at a time (captured: %s, %i at a time)', async (jit, stepsPerExecution) => {
    const fit = (together: number) => (model: Model) =>
      model.fit(x, y, { epochs: 2, batchSize, sampleWeight: weights, stepsPerExecution: together });
    const expected = await run(made({ jit }), fit(1));
    const found = await run(made({ jit }), fit(stepsPerExecution));
    expected.weights.flat().forEach((value, i) => void expect(found.weights.flat()[i]).toBeCloseTo(value, 5));
    const loss = (of: typeof found): number[] => (of.history as { loss: number[] }).loss;
    loss(expected).forEach((value, i) => void expect(loss(found)[i]).toBeCloseTo(value, 5));
  });

  it('tell callbacks of the last of them', async () => {
    const seen: [string, number][] = [];
    await made().fit(x, y, {
      batchSize: 4,
      stepsPerExecution: 2,
      callbacks: [
        {
          onBatchBegin: (batch) => void seen.push(['begin', batch]),
          onBatchEnd: (batch) => void seen.push(['end', batch]),
        },
      ],
    });
    // 22 examples are five batches of 4 and one of 2.
    expect(seen.filter(([what]) => what === 'begin').map(([, batch]) => batch)).toEqual([0, 2, 4, 5]);
    expect(seen.filter(([what]) => what === 'end').map(([, batch]) => batch)).toEqual([1, 3, 4, 5]);
  });
});

describe('epochs', () => {
  it('have at most so many steps, and are validated every so often', async () => {
    const model = made();
    const seen: number[] = [];
    const { history } = await model.fit(x, y, {
      epochs: 4,
      batchSize,
      stepsPerEpoch: 2,
      validationData: [x, y],
      validationSteps: 1,
      validationFrequency: 2,
      callbacks: [{ onBatchEnd: (batch) => void seen.push(batch) }],
    });
    expect(seen).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
    expect(history['valLoss']).toHaveLength(2);
  });
});
