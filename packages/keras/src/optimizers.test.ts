/** What models do with optimisers: names, schedules, averages of weights, scales of the loss. */
import { adam, exponentialDecay, lossScaleOptimizer, type Optimizer, sgd } from '@deft/optim';
import { type Tensor, tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { layers, learningRateScheduler, type OptimizerName, sequential } from './index.ts';

const names: readonly OptimizerName[] = [
  ...(['sgd', 'adam', 'adamW', 'nadam', 'adamax', 'adagrad', 'adadelta'] as const),
  ...(['rmsprop', 'ftrl', 'lion', 'lamb', 'adafactor', 'muon'] as const),
];

const x = tensor(Array.from({ length: 16 }, (_, i) => [2 * i, 2 * i + 1].map((value) => value / 32)));

function modelWith(optimizer: OptimizerName | Optimizer): ReturnType<typeof sequential> {
  const model = sequential([layers.dense(2, { kernelInitializer: 'ones', biasInitializer: 'ones' })], {
    inputShape: [2],
  });
  model.compile({ optimizer, loss: 'meanSquaredError' });
  return model;
}

const weightsOf = async (model: ReturnType<typeof sequential>): Promise<number[][]> =>
  (await model.getWeights()).map((weight: Tensor) => [...(weight.dataSync() as Float32Array)]);

it.each(names)('%s trains a model', async (name) => {
  const model = modelWith(name);
  const { history } = await model.fit(x, x, { epochs: 3, batchSize: 4 });
  const [first, , last] = history['loss'] as number[];
  expect(last).toBeLessThan(first as number);
});

describe('schedules', () => {
  it("give Keras's published losses", async () => {
    // Keras 3, keras/src/optimizers/schedules/learning_rate_schedule_test.py, test_fit_lr_correctness.
    const schedule = exponentialDecay(0.05, { decaySteps: 1, decayRate: 0.9 });
    const model = modelWith(adam({ learningRate: schedule }));
    const rows = tensor(Array.from({ length: 16 }, (_, i) => [2 * i, 2 * i + 1]));
    const { history } = await model.fit(rows, rows, { epochs: 3, batchSize: 4, shuffle: false });
    const expected = [230.79457092285156, 128.30319213867188, 79.33648681640625];
    (history['loss'] as number[]).forEach((loss, i) => {
      expect(Math.abs(loss / (expected[i] as number) - 1)).toBeLessThan(5e-5);
    });
  });

  it('are inputs of the step: one program, one rate after the other', async () => {
    const schedule = exponentialDecay(0.5, { decaySteps: 1, decayRate: 0.5 });
    const step = await modelWith(sgd({ learningRate: schedule })).trainStep();
    const rates: number[] = [];
    for (let i = 0; i < 4; i++) {
      rates.push(step.learningRate);
      await step.run(x, x);
    }
    expect(rates).toEqual([0.5, 0.25, 0.125, 0.0625]);
    expect([step.traceCount, step.compileCount]).toEqual([1, 1]);
  });

  it('go on where the last call of fit ended', async () => {
    const make = (): ReturnType<typeof sequential> =>
      modelWith(sgd({ learningRate: exponentialDecay(0.5, { decaySteps: 2, decayRate: 0.5 }) }));
    const [once, twice] = [make(), make()];
    await once.fit(x, x, { epochs: 2, batchSize: 4, seed: 1 });
    await twice.fit(x, x, { epochs: 1, batchSize: 4, seed: 1 });
    await twice.fit(x, x, { initialEpoch: 1, epochs: 2, batchSize: 4, seed: 1 });
    expect(await weightsOf(twice)).toEqual(await weightsOf(once));
  });

  it('refuse a callback that sets the rate', async () => {
    const model = modelWith(sgd({ learningRate: exponentialDecay(0.5, { decaySteps: 2, decayRate: 0.5 }) }));
    const callbacks = [learningRateScheduler(() => 0.1)];
    await expect(model.fit(x, x, { callbacks })).rejects.toThrow(
      /has a schedule, so the learning rate can't be set to 0.1/,
    );
  });
});

it('weights become their average when fit ends', async () => {
  // Keras 3, keras/src/optimizers/optimizer_test.py, test_ema_with_model_fit.
  const model = sequential([layers.dense(2, { kernelInitializer: 'ones', useBias: false })], { inputShape: [1] });
  model.compile({ optimizer: sgd({ learningRate: 0.1, useEma: true, emaMomentum: 0.9 }), loss: 'meanSquaredError' });
  await model.fit(tensor([[1]]), tensor([[0, 0]]), { batchSize: 1, epochs: 2 });
  for (const value of (await weightsOf(model)).flat()) expect(value).toBeCloseTo(0.891, 5);
});

it.each([
  ['fixed', sgd({ lossScaleFactor: 1024 })],
  ['adapted', lossScaleOptimizer(sgd())],
])('a %s scale of the loss changes neither weights nor reported losses', async (_, optimizer) => {
  const [plain, scaled] = [modelWith(sgd()), modelWith(optimizer)];
  const options = { epochs: 2, batchSize: 4, seed: 3 };
  const expected = await plain.fit(x, x, options);
  const found = await scaled.fit(x, x, options);
  expect(found.history).toEqual(expected.history);
  expect(await weightsOf(scaled)).toEqual(await weightsOf(plain));
});
