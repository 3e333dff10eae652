/** When callbacks are called, what they are told, and what their wishes and errors do to a run. */
import { adam, sgd } from '@deft/optim';
import { type Tensor, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Callback, lambdaCallback, layers, type Model, type RunControl, sequential } from '../index.ts';

const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];
const weightsOf = async (model: Model): Promise<number[]> => (await model.getWeights()).flatMap(numbersOf);

const x = tensor(Array.from({ length: 10 }, (_, i) => [i / 10, 1 - i / 5]));
const y = tensor(Array.from({ length: 10 }, (_, i) => [i / 7]));

const regression = (optimizer = sgd({ learningRate: 0.05 })): Model => {
  const model = sequential([layers.dense(1)], { inputShape: [2] });
  model.compile({ optimizer, loss: 'mse', metrics: ['mae'] });
  return model;
};

/** Every function of a callback, each of which writes down that it was called, with its numbers. */
function recorder(): { callback: Callback; seen: string[]; controls: Set<RunControl> } {
  const seen: string[] = [];
  const controls = new Set<RunControl>();
  const write =
    (name: string) =>
    (...values: unknown[]): void => {
      controls.add(values.at(-1) as RunControl);
      const shown = values
        .slice(0, -1)
        .map((value) => (typeof value === 'number' ? value : Object.keys(value as object)));
      seen.push([name, ...shown.map(String)].join(' '));
    };
  const callback: Callback = {
    onTrainBegin: write('train begin'),
    onEpochBegin: write('epoch begin'),
    onBatchBegin: write('batch begin'),
    onBatchEnd: write('batch end'),
    onEpochEnd: write('epoch end'),
    onTrainEnd: write('train end'),
    onTestBegin: write('test begin'),
    onTestBatchBegin: write('test batch begin'),
    onTestBatchEnd: write('test batch end'),
    onTestEnd: write('test end'),
    onPredictBegin: write('predict begin'),
    onPredictBatchBegin: write('predict batch begin'),
    onPredictBatchEnd: write('predict batch end'),
    onPredictEnd: write('predict end'),
  };
  return { callback, seen, controls };
}

const batchFigures = 'loss,mae,size,batchLoss';

describe('callbacks are told', () => {
  it('of a fit with validation, each batch after the next was begun', async () => {
    const { callback, seen, controls } = recorder();
    await regression().fit(x, y, {
      batchSize: 4,
      epochs: 3,
      initialEpoch: 2,
      verbose: 0,
      validationData: [x, y],
      callbacks: [callback],
    });
    expect(seen).toEqual([
      'train begin',
      'epoch begin 2',
      'batch begin 0',
      'batch begin 1',
      `batch end 0 ${batchFigures}`,
      'batch begin 2',
      `batch end 1 ${batchFigures}`,
      `batch end 2 ${batchFigures}`,
      'test begin',
      'test batch begin 0',
      'test batch begin 1',
      `test batch end 0 ${batchFigures}`,
      'test batch begin 2',
      `test batch end 1 ${batchFigures}`,
      `test batch end 2 ${batchFigures}`,
      'test end loss,mae',
      'epoch end 2 loss,mae,valLoss,valMae',
      'train end loss,mae,valLoss,valMae',
    ]);
    expect([...controls].map(({ method }) => method)).toEqual(['fit', 'fit']);
    expect([...controls].map(({ params }) => params)).toEqual([
      { epochs: 3, steps: 3, verbose: 0 },
      { epochs: 3, steps: 3, verbose: 0 },
    ]);
  });

  it('of evaluation and prediction', async () => {
    const model = regression();
    const { callback, seen, controls } = recorder();
    const scores = await model.evaluate(x, y, { batchSize: 5, callbacks: [callback] });
    await model.predict(x, { batchSize: 10, callbacks: [callback] });
    expect(seen).toEqual([
      'test begin',
      'test batch begin 0',
      'test batch begin 1',
      `test batch end 0 ${batchFigures}`,
      `test batch end 1 ${batchFigures}`,
      'test end loss,mae',
      'predict begin',
      'predict batch begin 0',
      'predict batch end 0 size,outputs',
      'predict end',
    ]);
    expect([...controls].map(({ method, params }) => [method, params.steps])).toEqual([
      ['evaluate', 2],
      ['predict', 1],
    ]);
    const told: unknown[] = [];
    const again = await model.evaluate(x, y, { callbacks: [{ onTestEnd: (logs) => void told.push(logs) }] });
    expect(told).toEqual([again]);
    expect(scores.loss).toBeCloseTo(again.loss, 6);
  });

  it('the outputs of every batch, which together are the prediction', async () => {
    const model = regression();
    const parts: number[] = [];
    const callbacks: Callback[] = [
      {
        onPredictBatchEnd: (_, { outputs, size }) => void parts.push(...numbersOf(outputs[0] as Tensor).slice(0, size)),
      },
    ];
    expect(numbersOf(await model.predict(x, { batchSize: 3, callbacks }))).toEqual(parts);
  });
});

describe('a control', () => {
  it('stops training after the running batch; the epoch still ends', async () => {
    const { callback, seen } = recorder();
    const model = regression();
    const stopping: Callback = { onBatchEnd: (number, _, control) => void (number === 1 && control.stop()) };
    const { epochs } = await model.fit(x, y, {
      batchSize: 1,
      epochs: 5,
      shuffle: false,
      validationData: [x, y],
      callbacks: [stopping, callback],
    });
    expect(epochs).toEqual([0]);
    expect(seen.filter((line) => line.startsWith('batch begin'))).toEqual([0, 1, 2].map((i) => `batch begin ${i}`));
    expect(seen.slice(-2).map((line) => line.split(' ', 2).join(' '))).toEqual(['epoch end', 'train end']);
    expect(seen.filter((line) => line === 'test begin').length).toBe(1);
    const short = regression();
    await short.fit(tensor((x.toArray() as number[][]).slice(0, 3)), tensor((y.toArray() as number[][]).slice(0, 3)), {
      batchSize: 1,
      shuffle: false,
    });
    expect(await weightsOf(model)).toEqual(await weightsOf(short));
  });

  it.each(['onEpochBegin', 'onBatchBegin'] as const)('that is told to stop in %s lets one batch run', async (name) => {
    const { callback, seen } = recorder();
    const stop = (_: number, control: { stop(): void }): void => control.stop();
    await regression().fit(x, y, { batchSize: 2, epochs: 4, callbacks: [{ [name]: stop }, callback] });
    expect(seen.filter((line) => line.startsWith('batch end'))).toEqual([`batch end 0 ${batchFigures}`]);
  });

  it('reports figures to callbacks that come later, and to the history', async () => {
    const reporting: Callback = {
      onBatchEnd: (number, _, control) => control.report('lastBatch', number),
      onEpochEnd: (epoch, _, control) => control.report('square', epoch * epoch),
    };
    const seen: unknown[] = [];
    const watching: Callback = { onEpochEnd: (_, logs) => void seen.push([logs['lastBatch'], logs['square']]) };
    const { history } = await regression().fit(x, y, { epochs: 3, batchSize: 5, callbacks: [reporting, watching] });
    expect(history['square']).toEqual([0, 1, 4]);
    expect(history['lastBatch']).toEqual([1, 1, 1]);
    expect(seen).toEqual([
      [1, 0],
      [1, 1],
      [1, 4],
    ]);
  });

  it('holds the next step where a callback looks at the weights of a batch', async () => {
    const weightsAfter = async (held: boolean): Promise<number[][]> => {
      const model = regression();
      const all: number[][] = [];
      const looking: Callback = {
        ...(held && { holdsStep: () => true }),
        onBatchEnd: async () => void all.push(await weightsOf(model)),
      };
      await model.fit(x, y, { batchSize: 2, shuffle: false, callbacks: [looking] });
      return all;
    };
    const one = regression();
    const expected: number[][] = [];
    const rows = x.toArray() as number[][];
    const targets = y.toArray() as number[][];
    for (let i = 0; i < 10; i += 2) {
      await one.trainOnBatch(tensor(rows.slice(i, i + 2)), tensor(targets.slice(i, i + 2)));
      expected.push(await weightsOf(one));
    }
    expect(await weightsAfter(true)).toEqual(expected);
    // Without it the weights are a step ahead, but for the last batch.
    expect(await weightsAfter(false)).toEqual([...expected.slice(1), expected[4]]);
  });
});

describe('an error of a callback', () => {
  const names = [
    'onTrainBegin',
    'onEpochBegin',
    'onBatchBegin',
    'onBatchEnd',
    'onTestBegin',
    'onTestBatchBegin',
    'onTestBatchEnd',
    'onTestEnd',
    'onEpochEnd',
    'onTrainEnd',
  ] as const;
  const failing = (name: string, at: number, isLate: boolean): Callback => {
    let calls = 0;
    return {
      [name]: (): void | Promise<void> => {
        if (calls++ !== at) return undefined;
        if (isLate) return Promise.reject(new Error(`at ${name}`));
        throw new Error(`at ${name}`);
      },
    };
  };

  it('reaches the caller, and the model goes on with the weights of the steps that were taken', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.nat(3), fc.boolean(), async (name, at, isLate) => {
        const model = regression(adam({ learningRate: 0.05 }));
        const { callback, seen } = recorder();
        const options = { batchSize: 4, epochs: 3, shuffle: false };
        const wanted = model.fit(x, y, {
          ...options,
          validationData: [x, y],
          callbacks: [callback, failing(name, at, isLate)],
        });
        const happens = (name !== 'onTrainBegin' && name !== 'onTrainEnd') || at === 0;
        if (!happens || (at === 3 && /Epoch|TestBegin|TestEnd/.test(name))) await wanted;
        else await expect(wanted).rejects.toThrow(`at ${name}`);
        const begun = seen.filter((line) => line.startsWith('batch begin')).length;
        const steps = begun - (name === 'onBatchBegin' && happens ? 1 : 0);
        // The same number of steps without callbacks, by hand.
        const reference = regression(adam({ learningRate: 0.05 }));
        const rows = x.toArray() as number[][];
        const targets = y.toArray() as number[][];
        for (let i = 0; i < steps; i++) {
          const from = (i % 3) * 4;
          await reference.trainOnBatch(tensor(rows.slice(from, from + 4)), tensor(targets.slice(from, from + 4)));
        }
        expect(await weightsOf(model)).toEqual(await weightsOf(reference));
        await model.fit(x, y, options);
        await reference.fit(x, y, options);
        expect(await weightsOf(model)).toEqual(await weightsOf(reference));
      }),
      { numRuns: 25 },
    );
  });

  it('ends evaluation and prediction, after which the model does both', async () => {
    const model = regression();
    const before = numbersOf(await model.predict(x));
    for (const name of ['onTestBegin', 'onTestBatchBegin', 'onTestBatchEnd', 'onTestEnd']) {
      await expect(model.evaluate(x, y, { batchSize: 4, callbacks: [failing(name, 0, true)] })).rejects.toThrow(name);
    }
    for (const name of ['onPredictBegin', 'onPredictBatchBegin', 'onPredictBatchEnd', 'onPredictEnd']) {
      await expect(model.predict(x, { batchSize: 4, callbacks: [failing(name, 0, false)] })).rejects.toThrow(name);
    }
    expect(numbersOf(await model.predict(x))).toEqual(before);
    expect((await model.evaluate(x, y)).loss).toBeGreaterThan(0);
  });
});

describe('lambdaCallback', () => {
  it('refuses what nobody would call', () => {
    expect(() => lambdaCallback({ onEpochDone: () => undefined } as Callback)).toThrow(
      /lambdaCallback: functions: expected onTrainBegin, .*, got onEpochDone \[E_MODEL\]/,
    );
    expect(() => lambdaCallback({ onEpochEnd: 1 } as unknown as Callback)).toThrow(/onEpochEnd: expected a function/);
  });

  it('knows every function of a callback', async () => {
    const { callback, seen } = recorder();
    await regression().fit(x, y, { validationData: [x, y], callbacks: [lambdaCallback(callback)] });
    expect(new Set(seen.map((line) => line.split(' ', 2).join(' ')))).toContain('test begin');
  });
});
