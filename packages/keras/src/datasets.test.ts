/** Datasets as streams of batches: epoch k is pass k, in a run that was interrupted as in one that was not. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromTensors, range } from '@deft/data';
import { setWarningOutput } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { backupAndRestore, type Callback, layers, type Model, sequential } from './index.ts';

const count = 22;
const x = Array.from({ length: count }, (_, i) => [Math.sin(i * 1.7), Math.cos(i * 0.9)]);
const y = Array.from({ length: count }, (_, i) => [(i * 7) % 3 === 0 ? 1 : 0]);
const examples = () => fromTensors({ x, y }).shuffle(count, { seed: 5 });

async function made(inputShape?: readonly number[]): Promise<Model> {
  const model = sequential([layers.dense(3, { activation: 'tanh' }), layers.dense(1)], {
    seed: 4,
    ...(inputShape && { inputShape }),
  });
  model.compile({ optimizer: 'adam', loss: 'mse', metrics: ['mae'] });
  return model;
}
const weightsOf = async (model: Model) =>
  (await model.getWeights()).map((w) => Array.from(w.dataSync() as Float32Array));

describe('a dataset', () => {
  it('trains as its batches do, builds the model, and validates', async () => {
    const dataset = examples().batch(5);
    const model = await made();
    const { history } = await model.fit(dataset, { epochs: 3, validationData: examples().batch(4) });
    expect(dataset.report()?.stages.map(({ elements }) => elements)).toEqual([count, count, 5]);
    const other = await made([2]);
    for (let epoch = 0; epoch < 3; epoch++) {
      const batches = await dataset.toArray({ epoch });
      await other.fit(() => batches, { epochs: 1 });
    }
    expect(await weightsOf(model)).toEqual(await weightsOf(other));
    expect(history['valLoss']).toHaveLength(3);
    // Pairs, numbers as targets, and inputs alone.
    const pairs = range(8).map((i) => [new Float32Array([i, 1]), i % 2]);
    await model.fit(pairs.batch(4), { epochs: 1 });
    const inputs = fromTensors({ x }).batch(3);
    expect((await model.predict(inputs)).shape).toEqual([count, 1]);
  });

  it('that keeps its elements is looked at, and then read once for all epochs', async () => {
    const warnings: string[] = [];
    const before = setWarningOutput((text) => warnings.push(text));
    let mapped = 0;
    const cached = fromTensors({ x, y })
      .map((example) => {
        mapped++;
        return example;
      })
      .cache()
      .batch(5);
    await (await made()).fit(cached, { epochs: 3 });
    setWarningOutput(before);
    expect(warnings).toEqual([]);
    // The first batch twice: a model without an input shape is built by it.
    expect(mapped).toBe(count + 5);
  });

  it('goes on in a later epoch with what that epoch would have had', async () => {
    const whole = await made([2]);
    await whole.fit(examples().batch(5), { epochs: 4 });
    const parts = await made([2]);
    await parts.fit(examples().batch(5), { epochs: 2 });
    await parts.fit(examples().batch(5), { epochs: 4, initialEpoch: 2 });
    expect(await weightsOf(parts)).toEqual(await weightsOf(whole));
  });

  it('goes on over epochs of so many steps, each pass shuffled anew', async () => {
    const whole = await made([2]);
    await whole.fit(examples().batch(5), { epochs: 4, stepsPerEpoch: 3 });
    const repeated = await made([2]);
    await repeated.fit(examples().batch(5).repeat(), { epochs: 4, stepsPerEpoch: 3 });
    expect(await weightsOf(repeated)).toEqual(await weightsOf(whole));
  });

  it('is not read again up to where an interrupted fit goes on', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'deft-datasets-')), 'backup');
    let mapped = 0;
    const dataset = () =>
      examples()
        .map(
          async (example) => {
            mapped++;
            return example;
          },
          { parallel: 2 },
        )
        .batch(5)
        .repeat()
        .prefetch(1);
    const options = { epochs: 3, stepsPerEpoch: 4 };
    const whole = await made([2]);
    const history = await whole.fit(dataset(), options);
    const callbacks = [backupAndRestore(path, { saveFreq: 1 })];
    let batches = 0;
    const crash: Callback = {
      onBatchBegin: () => {
        if (batches++ === 10) throw new Error('crash');
      },
    };
    await expect((await made([2])).fit(dataset(), { ...options, callbacks: [...callbacks, crash] })).rejects.toThrow();
    mapped = 0;
    const resumed = await made([2]);
    expect(await resumed.fit(dataset(), { ...options, callbacks: [...callbacks, {}] })).toEqual(history);
    expect(await weightsOf(resumed)).toEqual(await weightsOf(whole));
    // Two batches are left, and a few are taken ahead.
    expect(mapped).toBeLessThanOrEqual(count);
  });
});
