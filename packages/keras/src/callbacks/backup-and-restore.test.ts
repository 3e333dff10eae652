/** A fit that was interrupted anywhere, any number of times, ends as one that was not: weights and history bit by bit. */
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accumulateGradients, adam, exponentialDecay, type Optimizer, rmsprop, sgd } from '@deft/optim';
import { type Tensor, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  backupAndRestore,
  type Callback,
  earlyStopping,
  type FitOptions,
  type History,
  layers,
  type Model,
  metrics,
  reduceLearningRateOnPlateau,
  sequential,
} from '../index.ts';

const x = Array.from({ length: 11 }, (_, i) => [Math.sin(i), Math.cos(3 * i), i / 11]);
const y = Array.from({ length: 11 }, (_, i) => [i % 2, Math.sin(i)]);

function network(optimizer: Optimizer): Model {
  const model = sequential(
    [layers.dense(5, { activation: 'relu' }), layers.batchNormalization(), layers.dropout(0.3), layers.dense(2)],
    { inputShape: [3], seed: 5 },
  );
  model.compile({ optimizer, loss: 'mse', metrics: ['mae', metrics.r2Score()] });
  return model;
}

const optimizers: readonly (() => Optimizer)[] = [
  () => sgd({ learningRate: exponentialDecay(0.1, { decaySteps: 3, decayRate: 0.9 }), momentum: 0.9, nesterov: true }),
  () => adam({ amsgrad: true, clipnorm: 0.7 }),
  () => adam({ useEma: true, emaMomentum: 0.7, emaOverwriteFrequency: 2 }),
  () => accumulateGradients(rmsprop({ momentum: 0.3 }), 2),
];

/** A callback that stops training after so many epochs, wherever it is interrupted, and keeps some odd numbers. */
function counting(most: number): Callback {
  let epochs = 0;
  let odd = [Number.NaN, -0, Infinity];
  return {
    onTrainBegin: () => {
      epochs = 0;
      odd = [Number.NaN, -0, Infinity];
    },
    onEpochEnd: (_, __, control) => {
      epochs++;
      control.report('odd', odd[epochs % 3] as number);
      if (epochs === most) control.stop();
    },
    getState: () => ({ values: { epochs, odd } }),
    setState: ({ values }) => {
      ({ epochs, odd } = values as { epochs: number; odd: number[] });
    },
  };
}

/** A callback that throws before a batch that is counted over all epochs. */
function crash(at: number): Callback {
  let seen = 0;
  return {
    onBatchBegin: () => {
      if (seen++ === at) throw new Error('crash');
    },
    onTestBegin: () => {
      if (seen++ === at) throw new Error('crash');
    },
  };
}

const bitsOf = async (model: Model): Promise<unknown> => (await model.getWeights()).map((w) => w.toArray());

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deft-backup-'));
});
let files = 0;
const freshPath = (): string => join(folder, `backup-${files++}`);

describe('backupAndRestore', () => {
  it.each(optimizers)('lets an interrupted fit end as if it had not been %#', async (optimizer) => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          batchSize: fc.constantFrom(2, 3, 4, 11),
          shuffle: fc.boolean(),
          seed: fc.nat(9),
          stepsPerExecution: fc.constantFrom(1, 1, 2),
        }),
        fc.constantFrom('epoch' as const, 1, 2, 3, 5),
        fc.array(fc.nat(14), { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (given, saveFreq, crashes, validates) => {
          const path = freshPath();
          const hasSchedule = optimizer().schedule !== undefined;
          const callbacks = (own: readonly Callback[]): FitOptions => ({
            ...given,
            epochs: 4,
            ...(validates && { validationSplit: 0.2 }),
            callbacks: [
              counting(3),
              earlyStopping({ monitor: 'mae', patience: 1, restoreBestWeights: true }),
              ...(hasSchedule ? [] : [reduceLearningRateOnPlateau({ monitor: 'loss', patience: 1, factor: 0.5 })]),
              ...own,
            ],
          });
          const whole = network(optimizer());
          const expected = await whole.fit(x, y, callbacks([backupAndRestore(freshPath(), { saveFreq }), {}]));
          let model = network(optimizer());
          let history: History | undefined;
          for (const at of crashes) {
            model = network(optimizer());
            const run = model.fit(x, y, callbacks([backupAndRestore(path, { saveFreq }), crash(at)]));
            history = await run.catch((error: Error) => {
              if (error.message !== 'crash') throw error;
              return undefined;
            });
            if (history) break;
          }
          if (!history) {
            model = network(optimizer());
            history = await model.fit(x, y, callbacks([backupAndRestore(path, { saveFreq }), {}]));
          }
          expect(history).toEqual(expected);
          expect(await bitsOf(model)).toEqual(await bitsOf(whole));
          expect((await readdir(folder)).filter((name) => path.endsWith(name))).toEqual([]);
        },
      ),
      { numRuns: 5 },
    );
  });

  it('changes nothing of a fit', async () => {
    const [plain, backed] = [network(adam()), network(adam())];
    const options = { epochs: 3, batchSize: 4 };
    const callbacks = [backupAndRestore(freshPath(), { saveFreq: 2 })];
    expect(await backed.fit(x, y, { ...options, callbacks })).toEqual(await plain.fit(x, y, options));
    expect(await bitsOf(backed)).toEqual(await bitsOf(plain));
  });
  it('goes on within a stream of batches, several at a time', async () => {
    const batches = function* () {
      for (let i = 0; i < 5; i++) {
        yield { x: tensor(x.slice(2 * i, 2 * i + 2)) as Tensor, y: tensor(y.slice(2 * i, 2 * i + 2)) as Tensor };
      }
    };
    const expected = await network(adam()).fit(batches, { epochs: 3 });
    for (const [saveFreq, at] of [
      [1, 7],
      [2, 12],
      ['epoch', 8],
    ] as const) {
      const path = freshPath();
      const run = (own: Callback): Promise<History> =>
        network(adam()).fit(batches, { epochs: 3, callbacks: [backupAndRestore(path, { saveFreq }), own] });
      await expect(run(crash(at))).rejects.toThrow('crash');
      expect(await run({})).toEqual(expected);
    }
  });

  it('keeps the backup if it is told, and then there is nothing left to do', async () => {
    const path = freshPath();
    const callbacks = [backupAndRestore(path, { deleteCheckpoint: false })];
    const model = network(adam({ useEma: true }));
    const first = await model.fit(x, y, { epochs: 2, batchSize: 4, callbacks });
    const again = network(adam({ useEma: true }));
    expect(await again.fit(x, y, { epochs: 2, batchSize: 4, callbacks })).toEqual(first);
    expect(await bitsOf(again)).toEqual(await bitsOf(model));
    const longer = await again.fit(x, y, { epochs: 3, batchSize: 4, callbacks });
    expect(longer.epochs).toEqual([0, 1, 2]);
  });

  it('refuses a backup of another fit or model, and a damaged one, and changes nothing', async () => {
    const path = freshPath();
    const options = { epochs: 2, batchSize: 4, callbacks: [backupAndRestore(path, { deleteCheckpoint: false })] };
    await network(adam()).fit(x, y, options);
    const model = network(adam());
    const before = await bitsOf(model);
    await expect(model.fit(x, y, { ...options, batchSize: 3 })).rejects.toThrow(/batchSize: expected 4, .* got 3/s);
    await expect(model.fit(x, y, { ...options, seed: 9 })).rejects.toThrow(/seed: expected 5/);
    await expect(model.fit(x.slice(1), y.slice(1), options)).rejects.toThrow(/examples: expected 11/);
    await expect(model.fit(x, y, { ...options, callbacks: [...options.callbacks, {}] })).rejects.toThrow(/1 callbacks/);
    await expect(network(sgd()).fit(x, y, options)).rejects.toThrow(/no tensor|no place|E_FILE/);
    const other = sequential([layers.dense(2)], { seed: 5 });
    other.compile({ optimizer: 'adam', loss: 'mse' });
    await expect(other.fit(x, y, options)).rejects.toThrow(/E_FILE/);
    const bytes = await readFile(path);
    bytes[bytes.length - 9] = (bytes[bytes.length - 9] as number) ^ 1;
    await writeFile(path, bytes);
    await expect(model.fit(x, y, options)).rejects.toThrow(/checksum does not fit/);
    expect(await bitsOf(model)).toEqual(before);
    await expect(model.fit(x, y, { callbacks: [backupAndRestore(path), backupAndRestore(path)] })).rejects.toThrow(
      /one backupAndRestore/,
    );
    expect(() => backupAndRestore(path, { saveFreq: 0 })).toThrow(/saveFreq/);
    expect(() => backupAndRestore('')).toThrow(/path/);
  });
});
