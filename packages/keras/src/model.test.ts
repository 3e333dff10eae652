import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeftError } from '@deft/core';
import { sgd } from '@deft/optim';
import { type Tensor, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Callback,
  deserializeModel,
  earlyStopping,
  layers,
  learningRateScheduler,
  loadModel,
  losses,
  type Model,
  sequential,
  type TrainingControl,
} from './index.ts';

const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];
const allNumbers = (weights: readonly Tensor[]): number[] => weights.flatMap(numbersOf);

/** Two clouds around (1, 1) and (−1, −1). */
function clouds(count: number): { x: { data: Float32Array; shape: number[] }; y: Int32Array } {
  const data = new Float32Array(count * 2);
  const y = new Int32Array(count);
  let state = 12345;
  const next = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  for (let i = 0; i < count; i++) {
    const label = i % 2;
    y[i] = label;
    data[2 * i] = (label === 1 ? 1 : -1) + next();
    data[2 * i + 1] = (label === 1 ? 1 : -1) + next();
  }
  return { x: { data, shape: [count, 2] }, y };
}

const exclusiveOr = {
  x: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  y: [0, 1, 1, 0],
};

const classifier = (options: { readonly seed?: number; readonly jit?: boolean } = {}): Model => {
  const model = sequential([layers.dense(8, { activation: 'relu' }), layers.dense(2)], {
    inputShape: [2],
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  });
  model.compile({
    optimizer: 'adam',
    loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ['accuracy'],
    jit: options.jit ?? true,
  });
  return model;
};

const everyKind = (): Model =>
  sequential(
    [
      layers.conv2d(2, 2, { activation: 'relu' }),
      layers.batchNormalization(),
      layers.maxPooling2d(2),
      layers.dropout(0.3),
      layers.flatten(),
      layers.layerNormalization(),
      layers.dense(3, { activation: 'softmax', kernelInitializer: { name: 'randomNormal', standardDeviation: 0.1 } }),
    ],
    { inputShape: [5, 5, 1], seed: 3, name: 'every' },
  );

describe('training', () => {
  it('learns exclusive or', async () => {
    const model = sequential([layers.dense(8, { activation: 'tanh' }), layers.dense(1, { activation: 'sigmoid' })], {
      inputShape: [2],
      seed: 1,
    });
    model.compile({
      optimizer: sgd({ learningRate: 1, momentum: 0.9 }),
      loss: 'binaryCrossentropy',
      metrics: ['accuracy'],
    });
    const { history } = await model.fit(exclusiveOr.x, exclusiveOr.y, { epochs: 200, batchSize: 4 });
    expect(history['accuracy']?.at(-1)).toBe(1);
    expect(history['loss']?.at(-1)).toBeLessThan(0.1);
    const answers = numbersOf(await model.predict(exclusiveOr.x)).map(Math.round);
    expect(answers).toEqual(exclusiveOr.y);
  });

  it('learns clouds apart, and evaluates on others', async () => {
    const { x, y } = clouds(120);
    const model = classifier();
    const { epochs, history } = await model.fit(x, y, { epochs: 12, batchSize: 16, validationSplit: 0.25 });
    expect(epochs).toEqual(Array.from({ length: 12 }, (_, i) => i));
    expect(Object.keys(history)).toEqual(['loss', 'accuracy', 'valLoss', 'valAccuracy']);
    expect(history['loss']?.at(-1)).toBeLessThan(history['loss']?.[0] as number);
    expect((await model.evaluate(x, y))['accuracy']).toBeGreaterThan(0.95);
    // 90 examples in batches of 16 leave one of 10: it is traced, and compiles nothing.
    expect([model.traceCount, model.compileCount]).toEqual([2, 1]);
  });

  it('takes the same steps captured and op by op', async () => {
    const { x, y } = clouds(64);
    const model = sequential(
      [layers.dense(8, { activation: 'gelu' }), layers.batchNormalization(), layers.dropout(0.2), layers.dense(2)],
      { inputShape: [2], seed: 5 },
    );
    model.compile({
      optimizer: 'adamW',
      loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }),
      metrics: ['accuracy'],
    });
    const before = allNumbers(await model.getWeights());
    const captured = await model.trainStep();
    const eager = await model.trainStep({ jit: false });
    for (let i = 0; i < 6; i++) {
      const a = await captured.run(x, y);
      const b = await eager.run(x, y);
      expect(Math.abs(a.loss - b.loss)).toBeLessThanOrEqual(1e-5 * Math.abs(b.loss));
      expect(a['accuracy']).toBe(b['accuracy']);
    }
    expect([captured.traceCount, eager.traceCount]).toEqual([1, 0]);
    const [a, b] = [allNumbers(await captured.getWeights()), allNumbers(await eager.getWeights())];
    a.forEach((value, i) => {
      expect(Math.abs(value - (b[i] as number))).toBeLessThan(1e-4);
    });
    expect(a).not.toEqual(before);
    expect(allNumbers(await model.getWeights())).toEqual(before);
  });

  it('is a pure function of the seed', async () => {
    const { x, y } = clouds(40);
    const run = async (seed: number): Promise<number[]> => {
      const model = sequential([layers.dense(4), layers.dropout(0.5), layers.dense(2)], { inputShape: [2], seed });
      model.compile({ optimizer: 'sgd', loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
      await model.fit(x, y, { epochs: 2, batchSize: 8 });
      return allNumbers(await model.getWeights());
    };
    expect(await run(4)).toEqual(await run(4));
    expect(await run(4)).not.toEqual(await run(5));
  });

  it('captures once, whatever the learning rate', async () => {
    const { x, y } = clouds(32);
    const model = classifier();
    await model.fit(x, y, { epochs: 5, callbacks: [learningRateScheduler((epoch, rate) => rate / (epoch + 1))] });
    expect(model.traceCount).toBe(1);
  });

  it('moves batch normalisation and keeps it for predictions', async () => {
    const { x, y } = clouds(32);
    const model = sequential([layers.batchNormalization({ momentum: 0 }), layers.dense(2)], { inputShape: [2] });
    model.compile({ optimizer: 'sgd', loss: losses.sparseCategoricalCrossentropy({ fromLogits: true }) });
    await model.fit(x, y, { batchSize: 32, shuffle: false });
    const mean = numbersOf(
      (await model.getWeights())[model.weightNames.indexOf('batchNormalization/movingMean')] as Tensor,
    );
    const expected = x.data.filter((_, i) => i % 2 === 0).reduce((a, b) => a + b, 0) / 32;
    expect(mean[0]).toBeCloseTo(expected, 5);
  });

  it('goes on where trainOnBatch left off', async () => {
    const { x, y } = clouds(16);
    const model = classifier();
    const first = await model.trainOnBatch(x, y);
    for (let i = 0; i < 10; i++) await model.trainOnBatch(x, y);
    const last = await model.trainOnBatch(x, y);
    expect(last.loss).toBeLessThan(first.loss);
    expect(Object.keys(last)).toEqual(['loss', 'accuracy']);
  });
});

describe('figures', () => {
  it('do not depend on how the examples are cut', async () => {
    const { x, y } = clouds(50);
    const model = classifier();
    const whole = await model.evaluate(x, y, { batchSize: 50 });
    for (const batchSize of [1, 7, 32]) {
      const cut = await model.evaluate(x, y, { batchSize });
      expect(cut['accuracy']).toBeCloseTo(whole['accuracy'] as number, 12);
      expect(cut.loss).toBeCloseTo(whole.loss, 5);
    }
    const predicted = numbersOf(await model.predict(x, { batchSize: 50 }));
    numbersOf(await model.predict(x, { batchSize: 7 })).forEach((value, i) => {
      expect(value).toBeCloseTo(predicted[i] as number, 5);
    });
  });

  it('reach callbacks in order, batch by batch', async () => {
    const { x, y } = clouds(20);
    const seen: string[] = [];
    const sizes: number[] = [];
    const callback: Callback = {
      onTrainBegin: () => void seen.push('begin'),
      onEpochBegin: (epoch) => void seen.push(`epoch ${epoch}`),
      onBatchEnd: (batch, logs) => {
        seen.push(`batch ${batch}`);
        sizes.push(logs.size);
        expect(logs.batchLoss).toBeGreaterThan(0);
        expect(Object.keys(logs)).toContain('accuracy');
      },
      onEpochEnd: (_, logs) => void seen.push(Object.keys(logs).join()),
      onTrainEnd: () => void seen.push('end'),
    };
    await classifier().fit(x, y, { batchSize: 8, callbacks: [callback], validationData: [x, y] });
    expect(seen).toEqual([
      'begin',
      'epoch 0',
      'batch 0',
      'batch 1',
      'batch 2',
      'loss,accuracy,valLoss,valAccuracy',
      'end',
    ]);
    expect(sizes).toEqual([8, 8, 4]);
  });

  it('stop training early and bring the best weights back', async () => {
    const { x, y } = clouds(20);
    const model = classifier();
    const weights: number[][] = [];
    const rates = [0.001, 0.001, 50, 50, 50];
    const watch: Callback = {
      onEpochBegin: (epoch, control: TrainingControl) => {
        control.learningRate = rates[epoch] as number;
      },
      onEpochEnd: async () => void weights.push(allNumbers(await model.getWeights())),
    };
    const { epochs, history } = await model.fit(x, y, {
      epochs: 5,
      validationData: [x, y],
      callbacks: [watch, earlyStopping({ monitor: 'valLoss', patience: 2, restoreBestWeights: true })],
    });
    const best = (history['valLoss'] as number[]).indexOf(Math.min(...(history['valLoss'] as number[])));
    expect(epochs.length).toBe(best + 3);
    expect(allNumbers(await model.getWeights())).toEqual(weights[best]);
  });
});

describe('weights', () => {
  it("come in Keras's order and go back", async () => {
    const model = everyKind();
    expect(model.weightNames).toEqual([
      'conv2d/kernel',
      'conv2d/bias',
      'batchNormalization/gamma',
      'batchNormalization/beta',
      'batchNormalization/movingMean',
      'batchNormalization/movingVariance',
      'layerNormalization/gamma',
      'layerNormalization/beta',
      'dense/kernel',
      'dense/bias',
    ]);
    const weights = await model.getWeights();
    expect(weights.map((weight) => weight.abstract.text)[0]).toBe('float32[2, 2, 1, 2]');
    const doubled = weights.map((weight) =>
      tensor(
        numbersOf(weight).map((value) => 2 * value),
        { shape: [...weight.shape] },
      ),
    );
    await model.setWeights(doubled);
    expect(allNumbers(await model.getWeights())).toEqual(allNumbers(doubled));
    await expect(model.setWeights(weights.slice(1))).rejects.toThrow(/expected 10 tensors, got 9/);
    const wrong = [...weights.slice(0, 9), tensor([1])];
    await expect(model.setWeights(wrong)).rejects.toThrow(
      /dense\/bias: expected float32\[3\], got float32\[1\] \[E_MODEL\]/,
    );
    expect(allNumbers(await model.getWeights())).toEqual(allNumbers(doubled));
  });

  it('are summed up in a table', () => {
    expect(
      everyKind()
        .summary()
        .split('\n')
        .map((line) => line.replace(/ {2,}/g, ' | ')),
    ).toEqual([
      'Model every, input [batch, 5, 5, 1]',
      expect.stringMatching(/^─+$/),
      'Layer | Output shape | Parameters | Size',
      expect.stringMatching(/^─+$/),
      'conv2d (conv2d) | [batch, 4, 4, 2] | 10 | 40 B',
      'batchNormalization (batchNormalization) | [batch, 4, 4, 2] | 8 | 32 B',
      'maxPooling2d (maxPooling2d) | [batch, 2, 2, 2] | 0 | 0 B',
      'dropout (dropout) | [batch, 2, 2, 2] | 0 | 0 B',
      'flatten (flatten) | [batch, 8] | 0 | 0 B',
      'layerNormalization (layerNormalization) | [batch, 8] | 16 | 64 B',
      'dense (dense) | [batch, 3] | 27 | 108 B',
      expect.stringMatching(/^─+$/),
      'Parameters: 61 (244 B), trainable 57, other 4',
    ]);
  });
});

describe('saving', () => {
  const images = { data: Float32Array.from({ length: 50 }, (_, i) => Math.sin(i)), shape: [2, 5, 5, 1] };

  it('refuses layers that hold code, which no file keeps', async () => {
    const model = sequential([layers.sequentialLayer([layers.lambda((x) => x)])], { inputShape: [2] });
    await expect(model.serialize()).rejects.toThrow(
      /save: layers: expected layers made of data alone, got sequential \(sequential\), which holds a function \[E_MODEL\]/,
    );
  });

  it('keeps layers made of layers', async () => {
    const block = layers.sequentialLayer([
      layers.spectralNormalization(layers.dense(3)),
      layers.groupNormalization({ groups: 3 }),
    ]);
    const residual = layers.branches(layers.add(), [block, layers.activation('linear')]);
    const model = sequential([residual, layers.einsumDense('ab,bc->ac', 2)], { inputShape: [3], seed: 4 });
    const copy = deserializeModel(await model.serialize());
    expect(copy.summary()).toBe(model.summary());
    const x = { data: new Float32Array([1, -2, 3]), shape: [1, 3] };
    expect((await copy.predict(x)).toArray()).toEqual((await model.predict(x)).toArray());
  });

  it('keeps layers, weights and predictions', async () => {
    const model = everyKind();
    const copy = deserializeModel(await model.serialize());
    expect(copy.summary()).toBe(model.summary());
    expect(copy.seed).toBe(3);
    expect(allNumbers(await copy.getWeights())).toEqual(allNumbers(await model.getWeights()));
    expect(numbersOf(await copy.predict(images))).toEqual(numbersOf(await model.predict(images)));
    expect(await copy.serialize()).toEqual(await model.serialize());
  });

  it('goes through files and leaves nothing else behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'deft-model-'));
    const path = join(folder, 'model.safetensors');
    await writeFile(path, 'old');
    const model = everyKind();
    await model.saveModel(path);
    expect(await readdir(folder)).toEqual(['model.safetensors']);
    expect(Uint8Array.from(await readFile(path))).toEqual(await model.serialize());
    const copy = await loadModel(path);
    expect(numbersOf(await copy.predict(images))).toEqual(numbersOf(await model.predict(images)));
    await expect(model.saveModel(join(folder, 'none', 'm'))).rejects.toThrow(/cannot write .*\[E_FILE\]/);
    await expect(loadModel(join(folder, 'none'))).rejects.toThrow(/cannot read .*\[E_FILE\]/);
    await expect(loadModel(folder)).rejects.toThrow(/\[E_FILE\]/);
    await writeFile(join(folder, 'text'), 'not a model at all');
    await expect(loadModel(join(folder, 'text'))).rejects.toThrow(/byte 0: a header of .*\[E_FILE\]/);
  });

  it('never takes a damaged file for a model, and fails with its own errors only', async () => {
    const whole = await everyKind().serialize();
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 1, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    // Most of the file is header; flips there reach the JSON, the configuration and the offsets.
    await fc.assert(
      fc.asyncProperty(changes, fc.option(fc.nat(whole.length)), async (flips, length) => {
        const bytes = whole.slice(0, length ?? whole.length);
        for (const [at, change] of flips) if (at < bytes.length) bytes[at] = (bytes[at] as number) ^ change;
        let model: Model;
        try {
          model = deserializeModel(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(DeftError);
          expect((error as DeftError).code).toBe('E_FILE');
          expect((error as DeftError).message).toMatch(/byte \d+/);
          return;
        }
        // Only spaces between tokens may differ.
        expect(await model.serialize()).toEqual(whole);
      }),
      { numRuns: 1500 },
    );
  });

  it('says what is wrong with a file', async () => {
    const text = String.fromCharCode(...(await everyKind().serialize()));
    const forged = (from: string, to: string): Uint8Array =>
      Uint8Array.from(text.replace(from, to.padEnd(from.length)), (c) => c.charCodeAt(0));
    expect(() => deserializeModel(forged('"version":"2"', '"version":"3"'))).toThrow(
      /has version 3, this library reads 1 and 2/,
    );
    expect(() => deserializeModel(forged('\\"seed\\":3', '\\"seed\\":4'))).toThrow(/checksum does not fit/);
    expect(() => deserializeModel(forged('"dense/bias"', '"dense/bigs"'))).toThrow(/checksum does not fit/);
  });
});

describe('errors', () => {
  const { x, y } = clouds(8);

  it('tell what to do first', async () => {
    const model = sequential([layers.dense(2)]);
    expect(() => model.summary()).toThrow(/no weights yet.*\[E_MODEL\]/);
    await expect(model.fit(x, y)).rejects.toThrow(/not compiled/);
    await expect(model.trainStep()).rejects.toThrow(/not compiled/);
    expect(() => sequential([])).toThrow(/at least one layer/);
    expect(() => sequential([layers.dense(2)], { seed: -1 })).toThrow(/seed/);
  });

  it('name what is unknown', () => {
    const model = sequential([layers.dense(2)]);
    const loss = 'meanSquaredError' as const;
    expect(() => model.compile({ optimizer: 'adagrda' as never, loss })).toThrow(
      /optimizer: expected one of sgd, adam, adamW.*"adagrda"/,
    );
    expect(() => model.compile({ optimizer: 'adam', loss: 'toString' as never })).toThrow(/loss: expected one of/);
    expect(() => model.compile({ optimizer: 'adam', loss, metrics: ['f1' as never] })).toThrow(/metrics: expected/);
  });

  it('name data that do not fit', async () => {
    const model = classifier();
    await expect(model.fit([[1, 2, 3]], [0])).rejects.toThrow(/x: expected examples of shape \[2\], got \[3\]/);
    await expect(model.fit(x, y.slice(1))).rejects.toThrow(/8 inputs and 7 targets/);
    await expect(model.fit(x, { data: new Int32Array(16), shape: [8, 2] })).rejects.toThrow(
      /sparseCategoricalCrossentropy: targets: expected shape \[8\], got int32\[8, 2\] \[E_MODEL\]/,
    );
    await expect(model.fit(x, y, { batchSize: 0 })).rejects.toThrow(/batchSize/);
    await expect(model.fit(x, y, { epochs: 1.5 })).rejects.toThrow(/epochs/);
    await expect(model.fit(x, y, { validationSplit: 1 })).rejects.toThrow(/validationSplit/);
    // A failed call leaves the model usable.
    expect((await model.fit(x, y)).epochs).toEqual([0]);
  });

  it('keep two trainings of one model apart', async () => {
    const model = classifier();
    const first = model.fit(x, y, { epochs: 2 });
    await expect(model.fit(x, y)).rejects.toThrow(/fit is still running/);
    await first;
    const nested: Callback = { onEpochEnd: async () => void (await model.evaluate(x, y)) };
    await model.fit(x, y, { callbacks: [nested] });
  });
});
