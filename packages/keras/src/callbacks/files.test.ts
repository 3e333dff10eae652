/** Callbacks that write files: what stands in them, and what they refuse. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sgd } from '@deft/optim';
import { type Tensor, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Callback, csvLogger, layers, loadModel, type Model, modelCheckpoint, sequential } from '../index.ts';
import { csvRow, firstCsvRow } from './csv-rows.ts';
import { fillTemplate, parseTemplate } from './path-template.ts';

const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];
const weightsOf = async (model: Model): Promise<number[]> => (await model.getWeights()).flatMap(numbersOf);

const x = tensor([
  [1, 2],
  [3, 4],
  [0, 1],
  [2, 2],
]);
const y = tensor([[1], [2], [0], [1]]);
const rows = x.toArray() as number[][];
const targets = y.toArray() as number[][];

const regression = (): Model => {
  const model = sequential([layers.dense(1)], { inputShape: [2] });
  model.compile({ optimizer: sgd({ learningRate: 0.01 }), loss: 'mse' });
  return model;
};
const shared = regression();
const prescribed = (name: string, values: readonly number[]): Callback => ({
  onEpochEnd: (epoch, _, control) => {
    const value = values[epoch];
    if (value !== undefined) control.report(name, value);
  },
});

let folder: string;
let files = 0;
const newPath = (end = ''): string => join(folder, `file-${files++}${end}`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deft-callbacks-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('csvLogger', () => {
  it('writes sorted columns, a row an epoch, and numbers as Python has them', async () => {
    const path = newPath('.csv');
    const zero: Callback = { onEpochEnd: (_, __, control) => control.report('loss', 0.5) };
    await shared.fit(x, y, {
      epochs: 4,
      callbacks: [
        zero,
        prescribed('b', [1, Number.NaN, Infinity, -Infinity]),
        prescribed('a', [1e-7]),
        csvLogger(path),
      ],
    });
    expect(await readFile(path, 'utf8')).toBe(
      ['epoch,a,b,loss', '0,1e-7,1,0.5', '1,NA,nan,0.5', '2,NA,inf,0.5', '3,NA,-inf,0.5', ''].join('\r\n'),
    );
  });

  it('has the rows of an epoch on the disk when the epoch has ended', async () => {
    const path = newPath('.csv');
    const lengths: number[] = [];
    const look: Callback = {
      onEpochEnd: async () => void lengths.push((await readFile(path, 'utf8')).split('\r\n').length),
    };
    await shared.fit(x, y, { epochs: 3, callbacks: [csvLogger(path), look] });
    expect(lengths).toEqual([3, 4, 5]);
  });

  it('goes on in a file, whatever the epoch, and begins afresh unless told', async () => {
    const path = newPath('.csv');
    const whole = newPath('.csv');
    const values = prescribed('score', [1, 2, 3, 4]);
    const onlyScore = (csv: Callback): Callback => ({
      ...csv,
      onEpochEnd: (epoch, logs, control) => csv.onEpochEnd?.(epoch, { score: logs['score'] as number }, control),
    });
    await shared.fit(x, y, { epochs: 4, callbacks: [values, onlyScore(csvLogger(whole))] });
    await shared.fit(x, y, { epochs: 2, callbacks: [values, onlyScore(csvLogger(path))] });
    const append = { append: true };
    await shared.fit(x, y, { epochs: 4, initialEpoch: 2, callbacks: [values, onlyScore(csvLogger(path, append))] });
    expect(await readFile(path, 'utf8')).toBe(await readFile(whole, 'utf8'));
    const fresh = newPath('.csv');
    await shared.fit(x, y, { epochs: 4, callbacks: [values, onlyScore(csvLogger(fresh, append))] });
    expect(await readFile(fresh, 'utf8')).toBe(await readFile(whole, 'utf8'));
    await shared.fit(x, y, { epochs: 1, callbacks: [values, onlyScore(csvLogger(path))] });
    expect(await readFile(path, 'utf8')).toBe('epoch,score\r\n0,1\r\n');
  });

  it('begins a new line behind a row that was cut off, and keeps the columns of the header', async () => {
    const path = newPath('.csv');
    await writeFile(path, 'epoch;score;"odd;name"\r\n0;1;2\r\n1;0');
    const callbacks = [prescribed('score', [5]), csvLogger(path, { separator: ';', append: true })];
    const silent: Callback = { onEpochEnd: (_, logs) => void delete (logs as { loss?: number }).loss };
    await shared.fit(x, y, { callbacks: [silent, ...callbacks] });
    expect(await readFile(path, 'utf8')).toBe('epoch;score;"odd;name"\r\n0;1;2\r\n1;0\r\n0;5;NA\r\n');
  });

  it('refuses files, figures and separators that do not go together', async () => {
    const path = newPath('.csv');
    await writeFile(path, 'epoch,score\r\n');
    const append = [csvLogger(path, { append: true })];
    await expect(shared.fit(x, y, { callbacks: append })).rejects.toThrow(
      /csvLogger: logs: expected the columns of .*: score, got loss \[E_MODEL\].*another file/s,
    );
    await writeFile(path, 'name,score\r\n');
    await expect(shared.fit(x, y, { callbacks: append })).rejects.toThrow(/header that begins with epoch.*\[E_FILE\]/s);
    await writeFile(path, new Uint8Array([0xff, 0xfe]));
    await expect(shared.fit(x, y, { callbacks: append })).rejects.toThrow(/no text in UTF-8 \[E_FILE\]/);
    await expect(shared.fit(x, y, { callbacks: [csvLogger(join(newPath(), 'missing.csv'))] })).rejects.toThrow(
      /csvLogger: cannot write .*ENOENT.*\[E_FILE\]/,
    );
    for (const separator of ['', ',,', '"', '\n']) {
      expect(() => csvLogger(path, { separator })).toThrow(/csvLogger: separator: expected one character/);
    }
  });

  it('reads the header that it writes, for all names', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\r', '\n', ' ', 'é') });
    fc.assert(
      fc.property(
        fc.array(cell, { minLength: 1, maxLength: 5 }),
        fc.constantFrom(',', ';', '\t', ' '),
        (cells, separator) => {
          expect(firstCsvRow(`${csvRow(cells, separator)}0,1\r\n`, separator)).toEqual(cells);
        },
      ),
    );
  });
});

describe('paths with fields', () => {
  const fill = (template: string, values: Record<string, number>): string =>
    fillTemplate('test', parseTemplate('test', template), values);

  it.each([
    ['{epoch}', '7'],
    ['{epoch:03d}-{valLoss:.2f}.safetensors', '007-0.12.safetensors'],
    ['{valLoss}', '0.123'],
    ['{valLoss:.1e}', '1.2e-1'],
    ['{valLoss:8.2f}|', '    0.12|'],
    ['{negative:06.1f}', '-001.5'],
    ['{nothing:05.1f}', '  nan'],
    ['{{epoch}}', '{epoch}'],
    ['runs/{epoch}/model', 'runs/7/model'],
  ])('%s', (template, path) => {
    expect(fill(template, { epoch: 7, valLoss: 0.123, negative: -1.5, nothing: Number.NaN })).toBe(path);
  });

  it.each([
    '{',
    '}',
    '{}',
    '{epoch',
    'epoch}',
    '{epoch!r}',
    '{epoch.x}',
    '{epoch[0]}',
    '{a/b}',
    '{..}',
    '{epoch:s}',
    '',
    'a\0b',
  ])('refuses %j', (template) => {
    expect(() => parseTemplate('test', template)).toThrow(/test: path: expected .*\[E_MODEL\]/);
  });

  it.each(['{score}', '{constructor}', '{__proto__}', '{toString}'])('refuses %s without a value', (template) => {
    expect(() => fill(template, { epoch: 1 })).toThrow(/path: expected one of the fields epoch, got/);
  });

  it('lead nowhere else, whatever the values are', () => {
    const format = fc.constantFrom('', ':5', ':05d', ':.3f', ':.2e', ':12.4f', ':d');
    fc.assert(
      fc.property(fc.double(), format, (value, how) => {
        expect(fill(`{value${how}}`, { value })).toMatch(/^[\d.e+\-naif ]+$/);
        expect(fill(`{value${how}}`, { value })).not.toMatch(/\.\./);
      }),
    );
    const hostile = { epoch: '../../etc' as unknown as number };
    expect(() => fill('models/{epoch}', hostile)).toThrow(/E_MODEL/);
  });
});

describe('modelCheckpoint', () => {
  it('saves the model of every epoch, in folders that it makes', async () => {
    const model = regression();
    const weights: number[][] = [];
    const watch: Callback = { onEpochEnd: async () => void weights.push(await weightsOf(model)) };
    const inside = newPath();
    const callbacks = [watch, modelCheckpoint(join(inside, '{epoch:02d}', 'model.safetensors'))];
    await model.fit(x, y, { epochs: 3, callbacks });
    expect((await readdir(inside)).sort()).toEqual(['01', '02', '03']);
    for (const [i, expected] of weights.entries()) {
      const copy = await loadModel(join(inside, `0${i + 1}`, 'model.safetensors'));
      expect(await weightsOf(copy)).toEqual(expected);
      expect(numbersOf(await copy.predict(x)).length).toBe(4);
    }
    expect(await readdir(join(inside, '01'))).toEqual(['model.safetensors']);
  });

  it.each([
    ['what falls', [3, 2, 2.5, 1, Number.NaN], {}, [1, 2, 4]],
    ['what grows', [3, 4, 2, 4, 5], { mode: 'max' as const }, [1, 2, 5]],
    ['what beats an earlier model', [3, 2, 1, 0], { initialValueThreshold: 1.5 }, [3, 4]],
  ])('saves the best only: %s', async (_, values, options, epochs) => {
    const inside = newPath();
    const saving = modelCheckpoint(join(inside, '{epoch}'), {
      monitor: 'score',
      mode: 'min',
      saveBestOnly: true,
      ...options,
    });
    await shared.fit(x, y, { epochs: values.length, callbacks: [prescribed('score', values), saving] });
    expect((await readdir(inside)).map(Number).sort()).toEqual(epochs);
  });

  it('saves after every so many batches, over the ends of epochs, the weights of those batches', async () => {
    const model = regression();
    const inside = newPath();
    const callbacks = [modelCheckpoint(join(inside, '{epoch}-{batch}-{loss:.3f}'), { saveFreq: 3 })];
    const losses: string[] = [];
    const watch: Callback = { onBatchEnd: (_, { loss }) => void losses.push(loss.toFixed(3)) };
    await model.fit(x, y, { epochs: 2, batchSize: 1, shuffle: false, callbacks: [watch, ...callbacks] });
    const saved = (await readdir(inside)).sort();
    expect(saved).toEqual([`1-3-${losses[2]}`, `2-2-${losses[5]}`]);
    const reference = regression();
    const steps = async (from: number, to: number): Promise<number[]> => {
      for (let i = from; i < to; i++) {
        await reference.trainOnBatch(tensor([rows[i % 4] as number[]]), tensor([targets[i % 4] as number[]]));
      }
      return weightsOf(reference);
    };
    expect(await weightsOf(await loadModel(join(inside, saved[0] as string)))).toEqual(await steps(0, 3));
    expect(await weightsOf(await loadModel(join(inside, saved[1] as string)))).toEqual(await steps(3, 6));
  });

  it('saves when the batches are done that run together', async () => {
    const inside = newPath();
    const callbacks = [modelCheckpoint(join(inside, '{batch}'), { saveFreq: 3 })];
    const many = { x: [...rows, ...rows, ...rows], y: [...targets, ...targets, ...targets] };
    await shared.fit(many.x, many.y, { batchSize: 1, stepsPerExecution: 2, callbacks });
    expect((await readdir(inside)).map(Number).sort((a, b) => a - b)).toEqual([4, 6, 10, 12]);
  });

  it('saves weights alone, if asked for', async () => {
    const model = regression();
    const path = newPath('.safetensors');
    await model.fit(x, y, { callbacks: [modelCheckpoint(path, { saveWeightsOnly: true })] });
    const copy = regression();
    await copy.loadWeights(path);
    expect(await weightsOf(copy)).toEqual(await weightsOf(model));
    await expect(loadModel(path)).rejects.toThrow(/E_FILE/);
  });

  it('refuses options, fields and figures that are not there', async () => {
    expect(() => modelCheckpoint('a', { saveFreq: 0 })).toThrow(/saveFreq: expected a whole number of at least 1/);
    expect(() => modelCheckpoint('a', { saveBestOnly: true, monitor: 'score' })).toThrow(/nobody knows/);
    expect(() => modelCheckpoint('a', { initialValueThreshold: Number.NaN })).toThrow(/initialValueThreshold/);
    const fit = (callback: Callback) => shared.fit(x, y, { callbacks: [callback] });
    await expect(fit(modelCheckpoint(newPath('-{score}')))).rejects.toThrow(
      /path: expected one of the fields loss, epoch/,
    );
    await expect(fit(modelCheckpoint(newPath('-{batch}')))).rejects.toThrow(/got \{batch\} \[E_MODEL\]/);
    await expect(fit(modelCheckpoint(newPath(), { saveBestOnly: true }))).rejects.toThrow(
      /expected one of loss, got valLoss/,
    );
    const file = newPath();
    await writeFile(file, '');
    await expect(fit(modelCheckpoint(join(file, 'model')))).rejects.toThrow(/cannot make the folder .*\[E_FILE\]/);
  });
});
