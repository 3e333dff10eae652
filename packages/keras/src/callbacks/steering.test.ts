/** Callbacks that stop training or change it, against what is written out for prescribed figures. */
import { adam, averageWeights, exponentialDecay, sgd } from '@deft/optim';
import { type Tensor, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Callback,
  earlyStopping,
  type History,
  layers,
  learningRateScheduler,
  type Model,
  reduceLearningRateOnPlateau,
  sequential,
  swapEmaWeights,
  terminateOnNaN,
} from '../index.ts';

const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];
const weightsOf = async (model: Model): Promise<number[]> => (await model.getWeights()).flatMap(numbersOf);

const x = tensor([
  [1, 2],
  [3, 4],
  [0, 1],
  [2, 2],
]);
const y = tensor([[1], [2], [0], [1]]);

const regression = (optimizer = sgd({ learningRate: 0.01 })): Model => {
  const model = sequential([layers.dense(1)], { inputShape: [2] });
  model.compile({ optimizer, loss: 'mse' });
  return model;
};
const shared = regression();

/** A figure with a prescribed value for every epoch. */
const prescribed = (values: readonly number[], name = 'score'): Callback => ({
  onEpochEnd: (epoch, _, control) => control.report(name, values[epoch] as number),
});

/** A fit of as many epochs as there are values. */
const fitOver = (values: readonly number[], callback: Callback, model = shared): Promise<History> =>
  model.fit(x, y, { epochs: values.length, callbacks: [prescribed(values), callback] });

describe('earlyStopping', () => {
  const epochsOf = async (values: readonly number[], options: Parameters<typeof earlyStopping>[0]): Promise<number> =>
    (await fitOver(values, earlyStopping({ monitor: 'score', mode: 'min', ...options }))).epochs.length;

  it.each([
    ['stops at the first epoch that is not better', [3, 2, 2, 1], {}, 3],
    ['waits', [3, 2, 2, 2.5, 1, 1, 1], { patience: 2 }, 4],
    ['counts epochs since the best one, not in all', [3, 4, 2, 4, 1, 4], { patience: 2 }, 6],
    ['looks for what grows', [1, 2, 2], { mode: 'max' as const }, 3],
    ['takes small improvements for none', [3, 2.9, 2.8, 1], { minDelta: 0.5, patience: 2 }, 3],
    ['does not mind the sign of minDelta', [3, 2.9, 2.8, 1], { minDelta: -0.5, patience: 2 }, 3],
    ['wants more than minDelta exactly', [3, 2.5, 1], { minDelta: 0.5 }, 2],
    ['never takes NaN for better', [3, Number.NaN, Number.NaN, 1], { patience: 2 }, 3],
    ['does not stop in the first epoch', [Number.NaN, 1, 2], {}, 3],
    ['does not look at the first epochs', [1, 2, 3, 2, 2], { startFromEpoch: 2 }, 5],
    ['wants the baseline surpassed', [9, 8, 7, 1], { baseline: 5, patience: 2 }, 2],
    ['starts waiting afresh above the baseline', [9, 4, 3, 3, 3], { baseline: 5, patience: 2 }, 5],
  ])('%s', async (_, values, options, epochs) => {
    expect(await epochsOf(values, options)).toBe(epochs);
  });

  it('stops where its rule says, for all figures', async () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.constant(Number.NaN));
    await fc.assert(
      fc.asyncProperty(
        fc.array(value, { minLength: 1, maxLength: 9 }),
        fc.nat(3),
        fc.nat(2),
        fc.nat(2),
        fc.constantFrom('min' as const, 'max' as const),
        async (values, patience, minDelta, startFromEpoch, mode) => {
          const sign = mode === 'min' ? 1 : -1;
          // The epochs that are better than all before them, among those that are looked at.
          const better = values.map((now, epoch) => {
            let best = Infinity;
            for (let i = startFromEpoch; i < epoch; i++) {
              const earlier = sign * (values[i] as number);
              if (earlier < best - minDelta) best = earlier;
            }
            return epoch >= startFromEpoch && sign * now < best - minDelta;
          });
          const stops = (epoch: number): boolean => {
            const last = better.lastIndexOf(true, epoch);
            const waited = epoch - (last < 0 ? startFromEpoch - 1 : last);
            return epoch > 0 && epoch >= startFromEpoch && last !== epoch && waited >= patience;
          };
          const stopped = values.findIndex((_, epoch) => stops(epoch));
          const expected = stopped < 0 ? values.length : stopped + 1;
          expect(await epochsOf(values, { patience, minDelta, startFromEpoch, mode })).toBe(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['the best epoch', [3, 1, 2, 2], {}, 1],
    ['the best one, even below the baseline', [9, 8, 8.5, 9], { baseline: 1 }, 1],
    ['the best one, though the run was not stopped', [3, 2, 1, 5], {}, 2],
    ['the first one, where no figure is a number', [Number.NaN, Number.NaN, Number.NaN], {}, 0],
  ])('brings back the weights of %s', async (_, values, options, best) => {
    const model = regression();
    const weights: number[][] = [];
    const watch: Callback = { onEpochEnd: async () => void weights.push(await weightsOf(model)) };
    const stopping = earlyStopping({
      monitor: 'score',
      mode: 'min',
      patience: 2,
      restoreBestWeights: true,
      ...options,
    });
    await model.fit(x, y, { epochs: values.length, callbacks: [prescribed(values), watch, stopping] });
    expect(await weightsOf(model)).toEqual(weights[best]);
  });

  it('starts afresh with every run', async () => {
    const stopping = earlyStopping({ monitor: 'score', mode: 'min' });
    for (let i = 0; i < 2; i++) expect((await fitOver([3, 2, 2, 2], stopping)).epochs).toEqual([0, 1, 2]);
  });

  it('knows the direction of figures by their names', async () => {
    const callbackFor = (monitor: string) => earlyStopping({ monitor });
    const growing = [
      'accuracy',
      'valAccuracy',
      'weightedAuc',
      'valTopPrecision',
      'acc',
      'meanIou',
      'valF1Score',
      'r2Score',
    ];
    const falling = [
      'loss',
      'valLoss',
      'mae',
      'valMeanSquaredError',
      'headHinge',
      'kld',
      'falsePositives',
      'valPoisson',
    ];
    for (const [names, values] of [
      [growing, [1, 2, 1]],
      [falling, [2, 1, 2]],
    ] as const) {
      for (const name of names) {
        const callbacks = [prescribed(values, name), callbackFor(name)];
        expect((await shared.fit(x, y, { epochs: 3, callbacks })).epochs.length, name).toBe(3);
      }
    }
    expect(() => callbackFor('score')).toThrow(/nobody knows whether score should fall or grow/);
  });

  it('refuses options and figures that make no sense', async () => {
    expect(() => earlyStopping({ patience: -1 })).toThrow(/earlyStopping: patience: expected a whole number/);
    expect(() => earlyStopping({ baseline: Number.NaN })).toThrow(/baseline: expected a finite number, got NaN/);
    expect(() => earlyStopping({ mode: 'least' as 'min' })).toThrow(/mode: expected auto, min or max, got least/);
    for (const monitor of ['valLoss', 'constructor']) {
      const callbacks = [earlyStopping({ monitor, mode: 'min' })];
      await expect(shared.fit(x, y, { callbacks })).rejects.toThrow(
        new RegExp(`earlyStopping: monitor: expected one of loss, got ${monitor} \\[E_MODEL\\]`),
      );
    }
  });
});

describe('reduceLearningRateOnPlateau', () => {
  const ratesFor = async (
    values: readonly number[],
    options: Parameters<typeof reduceLearningRateOnPlateau>[0],
  ): Promise<readonly number[]> => {
    const model = regression(sgd({ learningRate: 1 }));
    const all = { monitor: 'score', mode: 'min' as const, factor: 0.5, ...options };
    return (await fitOver(values, reduceLearningRateOnPlateau(all), model)).history['learningRate'] as number[];
  };

  it.each([
    ['waits for its patience', [1, 1, 1, 1, 1], { patience: 2 }, [1, 1, 1, 0.5, 0.5]],
    ['takes better epochs for a reason to wait', [3, 3, 2, 2, 2, 2], { patience: 2 }, [1, 1, 1, 1, 1, 0.5]],
    ['cools down', [1, 1, 1, 1, 1, 1, 1], { patience: 1, cooldown: 2 }, [1, 1, 0.5, 0.5, 0.25, 0.25, 0.125]],
    ['keeps to a least rate', [1, 1, 1, 1, 1], { patience: 1, minLearningRate: 0.4 }, [1, 1, 0.5, 0.4, 0.4]],
    ['takes small improvements for none', [1, 0.9, 0.8], { patience: 1, minDelta: 0.5 }, [1, 1, 0.5]],
    ['looks for what grows', [1, 2, 2, 2], { patience: 1, mode: 'max' as const }, [1, 1, 1, 0.5]],
  ])('%s', async (_, values, options, rates) => {
    expect(await ratesFor(values, options)).toEqual(rates);
  });

  it('refuses a factor that reduces nothing', () => {
    expect(() => reduceLearningRateOnPlateau({ factor: 1 })).toThrow(
      /factor: expected a number from 0 to below 1, got 1/,
    );
  });
});

describe('learningRateScheduler', () => {
  it('sets the rate and reports it', async () => {
    const model = regression(sgd({ learningRate: 1 }));
    const callbacks = [learningRateScheduler((epoch, rate) => rate / (epoch + 1))];
    const { history } = await model.fit(x, y, { epochs: 3, callbacks });
    expect(history['learningRate']).toEqual([1, 0.5, 0.5 / 3]);
  });

  it.each([Number.NaN, -1, Infinity, '1' as unknown as number])('refuses the rate %s', async (rate) => {
    const callbacks = [learningRateScheduler(() => rate)];
    await expect(shared.fit(x, y, { callbacks })).rejects.toThrow(/learningRateScheduler: schedule: expected a finite/);
  });

  it('cannot be used where the optimiser has a schedule', async () => {
    const model = regression(sgd({ learningRate: exponentialDecay(0.1, { decaySteps: 1, decayRate: 0.5 }) }));
    const callbacks = [reduceLearningRateOnPlateau({ monitor: 'loss', patience: 0, minDelta: 1000 })];
    await expect(model.fit(x, y, { epochs: 4, callbacks })).rejects.toThrow(/the optimiser has a schedule/);
  });
});

describe('terminateOnNaN', () => {
  const diverging = (): Model => regression(sgd({ learningRate: 1e30 }));
  const many = {
    x: tensor(Array.from({ length: 64 }, (_, i) => [i, -i])),
    y: tensor(Array.from({ length: 64 }, () => [9])),
  };

  it('ends training in the middle of an epoch', async () => {
    const losses: number[] = [];
    const watch: Callback = { onBatchEnd: (_, { loss }) => void losses.push(loss) };
    const options = { epochs: 3, batchSize: 1, shuffle: false };
    const { epochs } = await diverging().fit(many.x, many.y, { ...options, callbacks: [watch, terminateOnNaN()] });
    expect(epochs).toEqual([0]);
    const bad = losses.findIndex((loss) => !Number.isFinite(loss));
    // Batches are read one late, so one more is taken.
    expect(bad).toBeGreaterThan(0);
    expect(losses.length).toBe(bad + 2);
  });

  it('throws if asked for, and nothing takes the run for a good one', async () => {
    const ends: string[] = [];
    const watch: Callback = {
      onEpochEnd: () => void ends.push('epoch'),
      onTrainEnd: () => void ends.push('train'),
    };
    const callbacks = [watch, terminateOnNaN({ raiseError: true })];
    await expect(diverging().fit(many.x, many.y, { batchSize: 1, callbacks })).rejects.toThrow(
      /the loss at the end of batch \d+ is (NaN|Infinity)/,
    );
    expect(ends).toEqual([]);
  });

  it('leaves finite losses alone', async () => {
    expect((await shared.fit(x, y, { epochs: 2, callbacks: [terminateOnNaN()] })).epochs).toEqual([0, 1]);
  });
});

describe('swapEmaWeights', () => {
  const averaging = (): Model => regression(averageWeights(adam({ learningRate: 0.1 }), { emaMomentum: 0.5 }));

  /** The weights after each of some steps, and their averages by the rule. */
  const written = async (steps: number): Promise<{ own: number[][]; averages: number[][] }> => {
    const model = regression(adam({ learningRate: 0.1 }));
    const own: number[][] = [];
    const averages: number[][] = [];
    for (let i = 0; i < steps; i++) {
      await model.trainOnBatch(x, y);
      const now = await weightsOf(model);
      const last = averages.at(-1);
      own.push(now);
      averages.push(now.map((value, j) => (last ? 0.5 * (last[j] as number) + 0.5 * value : value)));
    }
    return { own, averages };
  };
  const expectClose = (found: readonly number[], expected: readonly number[]): void => {
    expect(found.length).toBe(expected.length);
    for (const [i, value] of found.entries()) expect(value).toBeCloseTo(expected[i] as number, 5);
  };
  const expectAll = (found: readonly number[][] | undefined, expected: readonly number[][]): void => {
    for (const [i, weights] of (found ?? []).entries()) expectClose(weights, expected[i] as number[]);
  };

  it('validates with the average and trains with the weights', async () => {
    const { own, averages } = await written(4);
    const model = averaging();
    const seen: { [place: string]: number[][] } = { begin: [], test: [], epoch: [] };
    const look = (place: string) => async (): Promise<void> => void seen[place]?.push(await weightsOf(model));
    const watch: Callback = { onBatchBegin: look('begin'), onTestBatchEnd: look('test'), onEpochEnd: look('epoch') };
    await model.fit(x, y, { epochs: 4, shuffle: false, validationData: [x, y], callbacks: [swapEmaWeights(), watch] });
    expectAll(seen['begin']?.slice(1), own);
    expectAll(seen['test'], averages);
    expectAll(seen['epoch'], own);
    expect(Object.values(seen).map((list) => list.length)).toEqual([4, 4, 4]);
    expectClose(await weightsOf(model), averages[3] as number[]);
  });

  it('leaves the average in the model between epochs, if asked for', async () => {
    const { own, averages } = await written(3);
    const model = averaging();
    const ends: number[][] = [];
    const begins: number[][] = [];
    const watch: Callback = {
      onEpochBegin: async () => void begins.push(await weightsOf(model)),
      onEpochEnd: async () => void ends.push(await weightsOf(model)),
    };
    await model.fit(x, y, { epochs: 3, callbacks: [swapEmaWeights({ swapOnEpoch: true }), watch] });
    expectAll(ends, averages);
    expectAll(begins.slice(1), own);
    expectClose(await weightsOf(model), averages[2] as number[]);
  });

  it('changes no step of training', async () => {
    const losses = async (callbacks: readonly Callback[]): Promise<unknown> =>
      (await averaging().fit(x, y, { epochs: 5, validationData: [x, y], callbacks })).history['loss'];
    const plain = await losses([]);
    expect(await losses([swapEmaWeights()])).toEqual(plain);
    expect(await losses([swapEmaWeights({ swapOnEpoch: true })])).toEqual(plain);
    // A callback that forgets to switch back does no harm either.
    const forgetful: Callback = { onBatchEnd: (_, __, control) => void Object.assign(control, { usesAverage: true }) };
    expect(await losses([forgetful])).toEqual(plain);
  });

  it('gives the weights back when a run fails', async () => {
    const model = averaging();
    await model.trainOnBatch(x, y);
    await model.trainOnBatch(x, y);
    const own = await weightsOf(model);
    const callbacks = [swapEmaWeights(), { onTestBatchEnd: () => Promise.reject(new Error('no')) }];
    await expect(model.evaluate(x, y, { callbacks })).rejects.toThrow('no');
    expect(await weightsOf(model)).toEqual(own);
    const average = numbersOf(await model.predict(x, { callbacks: [swapEmaWeights()] }));
    expect(average).not.toEqual(numbersOf(await model.predict(x)));
    await expect(model.fit(x, y, { validationData: [x, y], callbacks })).rejects.toThrow('no');
    const { own: steps } = await written(3);
    expectClose(await weightsOf(model), steps[2] as number[]);
  });

  it('keeps weights that are set while the average is in the model', async () => {
    const model = averaging();
    const zeros = [tensor([[0], [0]]), tensor([0])];
    const begins: number[][] = [];
    const setting: Callback = {
      onBatchBegin: async () => void begins.push(await weightsOf(model)),
      onEpochEnd: async (epoch, _, control) => {
        if (epoch === 0) await control.model.setWeights(zeros);
      },
    };
    await model.fit(x, y, { epochs: 2, callbacks: [swapEmaWeights({ swapOnEpoch: true }), setting] });
    expect(begins[1]).toEqual([0, 0, 0]);
  });

  it('says where there is no average', async () => {
    const expected = /usesAverage: the optimiser keeps no average of the weights.*useEma/s;
    await expect(shared.fit(x, y, { callbacks: [swapEmaWeights()] })).rejects.toThrow(expected);
    await expect(shared.evaluate(x, y, { callbacks: [swapEmaWeights()] })).rejects.toThrow(expected);
    const bare = sequential([layers.dense(1)], { inputShape: [2] });
    await expect(bare.predict(x, { callbacks: [swapEmaWeights()] })).rejects.toThrow(expected);
  });

  it('changes nothing before the first step', async () => {
    const model = averaging();
    const plain = numbersOf(await model.predict(x));
    expect(numbersOf(await model.predict(x, { callbacks: [swapEmaWeights()] }))).toEqual(plain);
  });
});
