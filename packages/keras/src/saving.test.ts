/** Models and weights through files: what comes back, goes on training as if it had never been away. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { accumulateGradients, adam, cosineDecay, lossScaleOptimizer, type Optimizer, rmsprop, sgd } from '@deft/optim';
import { abs, mean, sub, type Tensor, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type CompileOptions,
  deserializeModel,
  input,
  layers,
  loadModel,
  losses,
  type Model,
  metrics,
  model,
  modelFromConfig,
  sequential,
} from './index.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

const bitsOf = async (model: Model): Promise<unknown> => (await model.getWeights()).map((w) => w.toArray());

const x = Array.from({ length: 11 }, (_, i) => [Math.sin(i), Math.cos(3 * i), i / 11]);
const y = Array.from({ length: 11 }, (_, i) => [i % 2, Math.sin(i)]);

const network = (seed = 3): Model =>
  sequential(
    [
      layers.dense(6, { activation: 'relu', name: 'hidden' }),
      layers.batchNormalization(),
      layers.dropout(0.3),
      layers.dense(2, { name: 'out' }),
    ],
    { inputShape: [3], seed },
  );

const optimizers: readonly (() => Optimizer)[] = [
  () => sgd({ learningRate: cosineDecay(0.1, { decaySteps: 9, warmupTarget: 0.2, warmupSteps: 2 }), momentum: 0.9 }),
  () => adam({ amsgrad: true, clipnorm: 0.5, weightDecay: 0.01 }),
  () => adam({ useEma: true, emaMomentum: 0.8 }),
  () => accumulateGradients(rmsprop({ centered: true }), 3),
  () => lossScaleOptimizer(adam(), { initialScale: 8, dynamicGrowthSteps: 2 }),
];
const lossChoices: readonly CompileOptions['loss'][] = ['mse', losses.huber({ delta: 0.4 }), losses.logCosh()];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deft-saving-'));
});

describe('a saved model', () => {
  it('goes on training bit by bit as if it had never been away', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...optimizers),
        fc.constantFrom(...lossChoices),
        fc.integer({ min: 0, max: 2 }),
        async (optimizer, loss, before) => {
          const options: CompileOptions = {
            optimizer: optimizer(),
            loss,
            metrics: ['mae', metrics.cosineSimilarity({ name: 'angle' })],
          };
          const whole = network();
          whole.compile(options);
          await whole.fit(x, y, { epochs: before, batchSize: 4 });
          const bytes = await whole.serialize();
          const copy = deserializeModel(bytes);
          expect(await copy.serialize()).toEqual(bytes);
          const range = { initialEpoch: before, epochs: before + 2, batchSize: 4 };
          expect(await copy.fit(x, y, range)).toEqual(await whole.fit(x, y, range));
          expect(await bitsOf(copy)).toEqual(await bitsOf(whole));
        },
      ),
      { numRuns: 10 },
    );
  });

  it('keeps a learning rate that was set', async () => {
    const model = network();
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const halve = {
      onBatchEnd: (_: number, __: unknown, control: { learningRate: number }) => {
        control.learningRate /= 2;
      },
    };
    await model.fit(x, y, { callbacks: [halve] });
    const copy = deserializeModel(await model.serialize());
    let rate = 0;
    const read = {
      onTrainBegin: (control: { learningRate: number }) => {
        rate = control.learningRate;
      },
    };
    await copy.fit(x, y, { callbacks: [read] });
    expect(rate).toBe(0.005);
  });

  it('leaves functions of its user out, and says so when it is to be trained', async () => {
    const distance = (target: Tensor, prediction: Tensor): Tensor => mean(abs(sub(target, prediction)), { axis: -1 });
    const options: CompileOptions = { optimizer: 'adam', loss: 'mse', metrics: ['mae', distance] };
    const model = network();
    model.compile(options);
    await model.fit(x, y);
    const bytes = await model.serialize();
    const copy = deserializeModel(bytes);
    expect((await copy.predict(x)).toArray()).toEqual((await model.predict(x)).toArray());
    await expect(copy.fit(x, y)).rejects.toThrow(/left out functions of yours: metrics\[1\] \(distance\)/);
    const told = deserializeModel(bytes, { compile: { metrics: ['mae', distance] } });
    expect(await told.fit(x, y)).toEqual(await model.fit(x, y));
    expect(await bitsOf(told)).toEqual(await bitsOf(model));

    class Distance {
      readonly name = 'ofClass';
      values(target: Tensor, prediction: Tensor): Tensor {
        return distance(target, prediction);
      }
    }
    const ofClass = network();
    ofClass.compile({ optimizer: 'adam', loss: new Distance() });
    await expect(deserializeModel(await ofClass.serialize()).fit(x, y)).rejects.toThrow(/left out .*loss \(ofClass\)/);

    const own = network();
    own.compile({
      optimizer: sgd({ learningRate: (step) => 1 / (step + 9) }),
      loss: { name: 'own', values: distance },
    });
    const said = deserializeModel(await own.serialize());
    await expect(said.evaluate(x, y)).rejects.toThrow(/left out functions of yours: optimizer \(sgd\), loss \(own\)/);
    said.compile({ optimizer: 'sgd', loss: 'mse' });
    await said.fit(x, y);
  });

  it('has its weights in the same order, and takes them back as it gave them', async () => {
    const whole = network();
    whole.compile({ optimizer: 'adam', loss: 'mse' });
    await whole.fit(x, y);
    const bytes = await whole.serialize();
    const copy = deserializeModel(bytes);
    expect(copy.weightNames).toEqual(whole.weightNames);
    expect(await bitsOf(copy)).toEqual(await bitsOf(whole));
    await copy.setWeights(await copy.getWeights());
    expect(await copy.serialize()).toEqual(bytes);
    const [kernel, ...rest] = await copy.getWeights();
    await expect(copy.setWeights([...rest, kernel as Tensor])).rejects.toThrow(/setWeights: hidden\/kernel/);
    expect(await copy.serialize()).toEqual(bytes);
  });

  it('is without its training if it is told', async () => {
    const model = network();
    model.compile({ optimizer: 'adam', loss: 'mse' });
    await model.fit(x, y);
    const path = join(folder, 'small.safetensors');
    await model.saveModel(path, { includeOptimizer: false });
    expect((await readFile(path)).length).toBeLessThan((await model.serialize()).length / 2);
    await expect((await loadModel(path)).fit(x, y)).rejects.toThrow(/the model is not compiled \[/);
    const bare = deserializeModel(await model.serialize(), { compile: false });
    await expect(bare.fit(x, y)).rejects.toThrow(/the model is not compiled \[/);
  });

  // Written when these were the newest versions. Backends differ in the last digit.
  const golden = (version: number): string =>
    fileURLToPath(new URL(`../fixtures/model-version-${version}.safetensors`, import.meta.url));
  const near = (numbers: readonly number[]): unknown[] => numbers.map((one) => expect.closeTo(one, 5) as unknown);
  const predictionOf = async (model: Model): Promise<unknown> => [
    ...((
      (await model.predict(
        tensor([
          [1, 2, 3],
          [-1, 0.5, 0],
        ]) as Tensor,
      )) as Tensor
    ).dataSync() as unknown as Float32Array),
  ];

  it('is read as version 1 wrote it', async () => {
    const model = await loadModel(golden(1));
    expect(model.weightNames.slice(0, 4)).toEqual([
      'hidden/kernel',
      'hidden/bias',
      'batchNormalization/gamma',
      'batchNormalization/beta',
    ]);
    expect(await predictionOf(model)).toEqual(near([-0.007915391, 0.009404501, -0.089371517, -0.158823892]));
    await expect(model.fit([[1, 2, 3]], [[1, 0]])).rejects.toThrow(/the model is not compiled \[/);
    model.compile({ optimizer: 'adam', loss: 'mse' });
    await model.fit([[1, 2, 3]], [[1, 0]]);
  });

  it('is read as version 2 wrote it, and goes on as it went on then', async () => {
    const model = await loadModel(golden(2));
    expect(await predictionOf(model)).toEqual(near([-0.138150096, 0.262130558, -0.219328657, 0.09362372]));
    const { history } = await model.fit(
      [
        [1, 2, 3],
        [0, -1, 2],
      ],
      [
        [1, 0],
        [0, 1],
      ],
      { initialEpoch: 3, epochs: 5, batchSize: 2 },
    );
    expect(Object.keys(history)).toEqual(['loss', 'mae', 'auc']);
    expect(history['loss']).toEqual(near([0.248644531, 0.20912607]));
    expect(history['mae']).toEqual(near([0.681772038, 0.665066481]));
  });

  it('keeps what all layers are told: frozen weights, dtypes', async () => {
    const model = sequential([layers.dense(2, { trainable: false }), layers.dense(1, { dtype: 'mixedFloat16' })], {
      inputShape: [3],
    });
    const copy = deserializeModel(await model.serialize());
    expect(copy.layers.map(({ settings }) => settings)).toEqual(model.layers.map(({ settings }) => settings));
    expect(await bitsOf(copy)).toEqual(await bitsOf(model));
  });
});

describe('a configuration', () => {
  it('makes a model of the same layers with weights of its own', async () => {
    const model = network(8);
    model.compile({ optimizer: 'adam', loss: 'mse' });
    await model.fit(x, y);
    const copy = modelFromConfig(JSON.parse(JSON.stringify(model.config)) as typeof model.config);
    expect(copy.config).toEqual(model.config);
    expect(copy.weightNames).toEqual(model.weightNames);
    expect(await bitsOf(copy)).toEqual(await bitsOf(network(8)));
    expect(modelFromConfig(sequential([layers.dense(1)]).config).inputShape).toBeUndefined();
  });
});

describe('weights in a file', () => {
  it('go from one model to another', async () => {
    const path = join(folder, 'weights.safetensors');
    const [from, to] = [network(1), network(2)];
    await from.saveWeights(path);
    expect(await to.loadWeights(path)).toEqual(to.weightNames);
    expect(await bitsOf(to)).toEqual(await bitsOf(from));
    await to.setWeights(await from.getWeights());
    expect(await bitsOf(to)).toEqual(await bitsOf(from));
  });

  it('are read by others: names, dtypes and shapes of the published format', async () => {
    const path = join(folder, 'published.safetensors');
    const model = network();
    await model.saveWeights(path);
    const file = await readFile(path);
    const length = Number(file.readBigUInt64LE(0));
    const { __metadata__: texts, ...entries } = JSON.parse(file.subarray(8, 8 + length).toString('utf8')) as {
      [name: string]: { dtype: string; shape: number[]; data_offsets: [number, number] };
    };
    expect(Object.values(texts ?? {}).every((text) => typeof text === 'string')).toBe(true);
    expect(Object.keys(entries)).toEqual([...model.weightNames]);
    const weights = await model.getWeights();
    Object.values(entries).forEach(({ dtype, shape, data_offsets: [from, to] }, i) => {
      expect([dtype, shape]).toEqual(['F32', weights[i]?.shape]);
      const bytes = file.subarray(8 + length + from, 8 + length + to);
      const numbers = Array.from({ length: bytes.length / 4 }, (_, k) => bytes.readFloatLE(4 * k));
      expect(numbers).toEqual([...((weights[i] as Tensor).dataSync() as unknown as Float32Array)]);
    });
  });

  it('may come from others and from model files', async () => {
    const path = join(folder, 'other.safetensors');
    const model = network(1);
    const bytes = await model.serialize();
    const arrays = (await model.getWeights()).map((w, i) => ({
      name: model.weightNames[i] as string,
      dtype: w.dtype,
      shape: w.shape,
      data: w.dataSync() as Float32Array,
    }));
    await writeFile(path, encodeSafetensors(arrays, { format: 'pt' }));
    const [first, second] = [network(2), network(4)];
    await first.loadWeights(path);
    await writeFile(path, bytes);
    await second.loadWeights(path);
    expect(await bitsOf(first)).toEqual(await bitsOf(model));
    expect(await bitsOf(second)).toEqual(await bitsOf(model));
    expect(decodeSafetensors(bytes).metadata.get('format')).toBe('deft-model');
  });

  it('are loaded in part where it is allowed, else not at all', async () => {
    const path = join(folder, 'transfer.safetensors');
    await network(1).saveWeights(path);
    const other = sequential(
      [layers.dense(6, { name: 'hidden' }), layers.dense(5, { name: 'out' }), layers.dense(1, { name: 'new' })],
      { inputShape: [3] },
    );
    const before = await bitsOf(other);
    await expect(other.loadWeights(path)).rejects.toThrow(/the model has no weight batchNormalization\/gamma/);
    await expect(other.loadWeights(path, { byName: true })).rejects.toThrow(
      /byte \d+: expected out\/kernel to be float32\[6, 5\], got float32\[6, 2\]/,
    );
    await expect(network().loadWeights(join(folder, 'none.safetensors'))).rejects.toThrow(/cannot read .*E_FILE/s);
    expect(await bitsOf(other)).toEqual(before);
    expect(await other.loadWeights(path, { byName: true, skipMismatch: true })).toEqual([
      'hidden/kernel',
      'hidden/bias',
    ]);
    const after = (await bitsOf(other)) as unknown[];
    expect(after.slice(0, 2)).toEqual(((await bitsOf(network(1))) as unknown[]).slice(0, 2));
    expect(after.slice(2)).toEqual((before as unknown[]).slice(2));
  });

  it('are loaded into a model in training, which goes on with them', async () => {
    const path = join(folder, 'reset.safetensors');
    const model = network();
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    await model.saveWeights(path);
    const reset = { onEpochEnd: async () => void (await model.loadWeights(path)) };
    await model.fit(x, y, { callbacks: [reset] });
    expect(await bitsOf(model)).toEqual(await bitsOf(network()));
  });
});

describe('a saved model of several inputs and outputs', () => {
  it('goes on training bit by bit, with what each output was told', async () => {
    const title = input([3], { name: 'title' });
    const steps = input([4, 2], { name: 'steps' });
    const read = layers.lstm(3, { name: 'reader', dropout: 0.2 })(steps);
    const joined = layers.concatenate()([layers.dense(4, { name: 'frozen', trainable: false })(title), read]);
    const net = model({
      inputs: [title, steps],
      outputs: [
        layers.dense(1, { name: 'score', kernelRegularizer: { name: 'l2', l2: 0.01 } })(joined),
        layers.dense(3, { name: 'kind', activation: 'softmax' })(joined),
      ],
      seed: 6,
    });
    net.compile({
      optimizer: adam({ clipnorm: 1 }),
      loss: { score: losses.huber({ delta: 0.5 }), kind: 'sparseCategoricalCrossentropy' },
      lossWeights: { score: 1, kind: 0.3 },
      metrics: { score: ['mae'], kind: ['accuracy', metrics.sparseTopKCategoricalAccuracy({ k: 2, name: 'best2' })] },
    });
    const count = 9;
    const examples = {
      title: Array.from({ length: count }, (_, i) => [Math.sin(i), i / 9, 1]),
      steps: Array.from({ length: count }, (_, i) => [0, 1, 2, 3].map((k) => [Math.cos(i * k), k])),
    };
    const targets = {
      score: Array.from({ length: count }, (_, i) => [i % 2]),
      kind: Int32Array.from({ length: count }, (_, i) => i % 3),
    };
    await net.fit(examples, targets, { epochs: 2, batchSize: 4 });
    const bytes = await net.serialize();
    const copy = deserializeModel(bytes);
    expect(await copy.serialize()).toEqual(bytes);
    const range = { initialEpoch: 2, epochs: 4, batchSize: 4 };
    expect(await copy.fit(examples, targets, range)).toEqual(await net.fit(examples, targets, range));
    expect(await bitsOf(copy)).toEqual(await bitsOf(net));
    expect(modelFromConfig(net.config).config).toEqual(net.config);
  });
});
