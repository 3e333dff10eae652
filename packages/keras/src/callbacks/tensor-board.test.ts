/** Event files, read by a reader of their own: frames and checksums by their definitions, messages by the wire format. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { frameRecord, joinBytes, numberField } from '@deft/core';
import { sgd } from '@deft/optim';
import { type Tensor, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backupAndRestore, type Callback, layers, sequential, tensorBoard } from '../index.ts';
import { textField } from './event-files/event-fields.ts';
import { EventFile } from './event-files/event-file.ts';
import { bucketsOf } from './event-files/histogram.ts';

/** CRC-32C by its definition: division of polynomials, a bit at a time. */
function checksum(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = ((sum ^ (byte >>> bit)) & 1) === 1;
      sum = (sum >>> 1) ^ (isOdd ? 0x82f63b78 : 0);
    }
  }
  return (sum ^ 0xffffffff) >>> 0;
}

/** A masked checksum, unmasked. */
function unmasked(value: number): number {
  const turned = (value - 0xa282ead8) >>> 0;
  return ((turned >>> 17) | (turned << 15)) >>> 0;
}

/** The records of a file. Throws where a length or a checksum is wrong. */
function recordsOf(file: Uint8Array): Uint8Array[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const records: Uint8Array[] = [];
  for (let at = 0; at < file.length; ) {
    const length = Number(view.getBigUint64(at, true));
    const data = file.subarray(at + 12, at + 12 + length);
    if (unmasked(view.getUint32(at + 8, true)) !== checksum(file.subarray(at, at + 8)))
      throw new Error(`length at ${at}`);
    if (unmasked(view.getUint32(at + 12 + length, true)) !== checksum(data)) throw new Error(`data at ${at}`);
    records.push(data);
    at += 16 + length;
  }
  return records;
}

/** The fields of a message, in order: numbers as they are, the rest as bytes. */
function fieldsOf(bytes: Uint8Array): Map<number, (bigint | Uint8Array)[]> {
  const fields = new Map<number, (bigint | Uint8Array)[]>();
  let at = 0;
  const variable = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] as number;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(variable());
    const kind = tag & 7;
    const take = (length: number): Uint8Array => {
      at += length;
      return bytes.slice(at - length, at);
    };
    const value = kind === 0 ? variable() : take(kind === 1 ? 8 : kind === 2 ? Number(variable()) : Number.NaN);
    fields.set(tag >>> 3, [...(fields.get(tag >>> 3) ?? []), value]);
  }
  return fields;
}

const only = (fields: Map<number, (bigint | Uint8Array)[]>, field: number): Uint8Array => {
  const values = fields.get(field) ?? [];
  expect(values.length, `field ${field}`).toBe(1);
  return values[0] as Uint8Array;
};
const textOf = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(bytes);
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

interface ReadEvent {
  readonly seconds: number;
  readonly step: number;
  readonly tag: string;
  readonly plugin: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

function readEvent(record: Uint8Array): ReadEvent {
  const event = fieldsOf(record);
  const value = fieldsOf(only(fieldsOf(only(event, 5)), 1));
  const data = fieldsOf(only(value, 8));
  const axes = fieldsOf(only(data, 2)).get(2) ?? [];
  const isDouble = Number(only(data, 1)) === 2;
  const raw = only(data, isDouble ? 4 : 5);
  const size = isDouble ? 8 : 4;
  return {
    seconds: viewOf(only(event, 1)).getFloat64(0, true),
    step: Number(only(event, 2)),
    tag: textOf(only(value, 1)),
    plugin: textOf(only(fieldsOf(only(fieldsOf(only(value, 9)), 1)), 1)),
    shape: axes.map((axis) => Number(only(fieldsOf(axis as Uint8Array), 1))),
    values: Array.from({ length: raw.length / size }, (_, i) =>
      isDouble ? viewOf(raw).getFloat64(i * 8, true) : viewOf(raw).getFloat32(i * 4, true),
    ),
  };
}

/** The events of the one file in a folder, after that which says the version. */
async function eventsIn(folder: string): Promise<ReadEvent[]> {
  const names = await readdir(folder);
  expect(names).toEqual([expect.stringMatching(/^events\.out\.tfevents\.\d{10}\.deft\.[0-9a-f]{8}\.v2$/)]);
  const [version, ...events] = recordsOf(await readFile(join(folder, names[0] as string)));
  expect(textOf(only(fieldsOf(version as Uint8Array), 3))).toBe('brain.Event:2');
  return events.map(readEvent);
}

let folder: string;
let folders = 0;
const newFolder = (): string => join(folder, `run-${folders++}`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deft-events-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const x = tensor(Array.from({ length: 10 }, (_, i) => [i / 10, 1 - i / 5]));
const y = tensor(Array.from({ length: 10 }, (_, i) => [i / 7]));
const model = sequential([layers.dense(3), layers.dense(1)], { inputShape: [2] });
model.compile({ optimizer: sgd({ learningRate: 0.01 }), loss: 'mse', metrics: ['mae'] });

describe('records and messages', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (parts) => {
        expect(recordsOf(joinBytes(parts.map(frameRecord)))).toEqual(parts);
      }),
    );
    const text = fc.string({ unit: 'grapheme' });
    fc.assert(
      fc.property(fc.maxSafeNat(), text, fc.integer({ min: 1, max: 1000 }), (number, words, field) => {
        const fields = fieldsOf(joinBytes([numberField(field, number), textField(field + 1, words)]));
        expect(fields.get(field)).toEqual([BigInt(number)]);
        expect(textOf(only(fields, field + 1))).toBe(words);
      }),
    );
  });

  it('go to another file behind one that could not be written', async () => {
    const place = newFolder();
    await writeFile(place, '');
    const file = new EventFile('test', place);
    file.add(new Uint8Array([1]));
    await expect(file.flush()).rejects.toThrow(/cannot make the folder .*\[E_FILE\]/);
    await rm(place);
    file.add(new Uint8Array([2]));
    await file.flush();
    const [name] = await readdir(place);
    expect(
      recordsOf(await readFile(join(place, name as string)))
        .slice(1)
        .map((data) => [...data]),
    ).toEqual([[2]]);
  });
});

describe('histograms', () => {
  it('count every finite value once, in the bucket that it lies in', () => {
    const value = fc.oneof(fc.double(), fc.double({ noDefaultInfinity: true, noNaN: true, min: -1, max: 1 }));
    fc.assert(
      fc.property(fc.float64Array(), fc.array(value), (wild, tame) => {
        const values = Float64Array.from([...wild, ...tame]);
        const finite = [...values].filter(Number.isFinite);
        const buckets = bucketsOf(values);
        expect(buckets.length).toBe(90);
        const rows = Array.from({ length: 30 }, (_, i) => [...buckets.subarray(3 * i, 3 * i + 3)]);
        expect(rows.reduce((sum, [, , count = 0]) => sum + count, 0)).toBe(finite.length);
        expect(rows.every((row) => row.every(Number.isFinite))).toBe(true);
        if (finite.length === 0) return;
        expect([rows[0]?.[0], rows[29]?.[1]]).toEqual([Math.min(...finite), Math.max(...finite)]);
      }),
    );
  });

  it('are what is written out', () => {
    const thirty = bucketsOf(Float64Array.from({ length: 31 }, (_, i) => i));
    const rows = Array.from({ length: 30 }, (_, i) => thirty.slice(3 * i, 3 * i + 3));
    for (const [i, row] of rows.entries()) {
      expect(row[0]).toBeCloseTo(i, 12);
      expect(row[1]).toBeCloseTo(i + 1, 12);
    }
    // The last bucket has both of its edges.
    expect(rows.map(([, , count]) => count)).toEqual([...Array.from({ length: 29 }, () => 1), 2]);
    const equal = bucketsOf(Float64Array.of(7, 7, Number.NaN, 7));
    expect([...equal.subarray(0, 3), ...equal.subarray(87)]).toEqual([7, 7, 0, 7, 7, 3]);
    expect(bucketsOf(Float64Array.of(Number.NaN))).toEqual(new Float64Array(90));
  });
});

describe('tensorBoard', () => {
  it('writes the figures of every epoch as Keras does', async () => {
    const logDir = newFolder();
    const { history } = await model.fit(x, y, {
      epochs: 3,
      validationData: [x, y],
      callbacks: [tensorBoard({ logDir })],
    });
    const train = await eventsIn(join(logDir, 'train'));
    const validation = await eventsIn(join(logDir, 'validation'));
    const table = (events: readonly ReadEvent[]) => events.map(({ tag, step, values }) => [tag, step, ...values]);
    const figure = (name: string, epoch: number) => Math.fround(history[name]?.[epoch] as number);
    const epochs = [0, 1, 2];
    expect(table(train)).toEqual(
      epochs.flatMap((epoch) => [
        ['epoch_loss', epoch, figure('loss', epoch)],
        ['epoch_mae', epoch, figure('mae', epoch)],
        ['epoch_learning_rate', epoch, Math.fround(0.01)],
      ]),
    );
    expect(table(validation)).toEqual(
      epochs.flatMap((epoch) => [
        ['evaluation_loss_vs_iterations', epoch + 1, figure('valLoss', epoch)],
        ['evaluation_mae_vs_iterations', epoch + 1, figure('valMae', epoch)],
        ['epoch_loss', epoch, figure('valLoss', epoch)],
        ['epoch_mae', epoch, figure('valMae', epoch)],
      ]),
    );
    for (const event of [...train, ...validation]) {
      expect([event.plugin, event.shape]).toEqual(['scalars', []]);
      expect(event.seconds).toBeGreaterThan(1.6e9);
    }
  });

  it.each([
    ['batch' as const, [1, 2, 3, 4, 5, 6]],
    [2, [2, 4, 6]],
    [4, [4]],
  ])('writes within epochs, every %s', async (updateFreq, steps) => {
    const logDir = newFolder();
    const losses: number[] = [];
    const watch: Callback = { onBatchEnd: (_, { loss }) => void losses.push(loss) };
    const callbacks = [watch, tensorBoard({ logDir, updateFreq, writeStepsPerSecond: true })];
    await model.fit(x, y, { epochs: 2, batchSize: 4, callbacks });
    const events = await eventsIn(join(logDir, 'train'));
    const tagged = (tag: string) => events.filter((event) => event.tag === tag);
    expect(tagged('batch_loss').map(({ step }) => step)).toEqual(steps);
    expect(tagged('batch_loss').flatMap(({ values }) => values)).toEqual(
      steps.map((step) => Math.fround(losses[step - 1] as number)),
    );
    expect(tagged('batch_steps_per_second').map(({ step }) => step)).toEqual(steps);
    expect(tagged('epoch_steps_per_second').map(({ step }) => step)).toEqual([0, 1]);
    expect(new Set(events.map(({ tag }) => tag))).not.toContain('batch_size');
  });

  it('counts batches that run together, and those of a fit that was interrupted', async () => {
    const logDir = newFolder();
    const options = { epochs: 2, batchSize: 2, stepsPerExecution: 2 };
    const steps = async (updateFreq: number, others: readonly Callback[] = []): Promise<void> => {
      await model.fit(x, y, { ...options, callbacks: [tensorBoard({ logDir, updateFreq }), ...others] });
    };
    await steps(3);
    const tagged = (events: readonly ReadEvent[]) => events.filter(({ tag }) => tag === 'batch_loss');
    // Five batches an epoch, of which the last runs alone: 2, 4, 5, 7, 9, 10.
    expect(tagged(await eventsIn(join(logDir, 'train'))).map(({ step }) => step)).toEqual([4, 7, 9]);
    await rm(logDir, { recursive: true });
    const crash: Callback = {
      onEpochEnd: (epoch) => (epoch === 1 ? Promise.reject(new Error('crash')) : undefined),
    };
    const backup = backupAndRestore(newFolder());
    await expect(steps(1, [crash, backup])).rejects.toThrow('crash');
    await rm(logDir, { recursive: true });
    await steps(1, [{}, backup]);
    expect(tagged(await eventsIn(join(logDir, 'train'))).map(({ step }) => step)).toEqual([7, 9, 10]);
  });

  it('writes histograms of all weights', async () => {
    const logDir = newFolder();
    const kernels: number[][] = [];
    const watch: Callback = {
      onEpochEnd: async (_, __, control) => {
        const [kernel] = await control.model.getWeights();
        kernels.push([...((kernel as Tensor).dataSync() as unknown as Float32Array)]);
      },
    };
    await model.fit(x, y, { epochs: 3, callbacks: [watch, tensorBoard({ logDir, histogramFreq: 2 })] });
    const events = (await eventsIn(join(logDir, 'train'))).filter(({ plugin }) => plugin === 'histograms');
    expect(events.map(({ tag, step }) => [tag, step])).toEqual(
      [0, 2].flatMap((epoch) => model.weightNames.map((name) => [`${name}/histogram`, epoch])),
    );
    for (const event of events) expect(event.shape).toEqual([30, 3]);
    expect(events[0]?.values).toEqual([...bucketsOf(Float64Array.from(kernels[0] as number[]))]);
  });

  it('goes on in its files, and has all of an epoch on the disk when the epoch has ended', async () => {
    const logDir = newFolder();
    const board = tensorBoard({ logDir });
    const counts: number[] = [];
    const look: Callback = {
      onEpochEnd: async () => void counts.push((await eventsIn(join(logDir, 'train'))).length),
    };
    await model.fit(x, y, { epochs: 2, callbacks: [board, look] });
    await model.fit(x, y, { epochs: 4, initialEpoch: 2, callbacks: [board, look] });
    expect(counts).toEqual([3, 6, 9, 12]);
    await model.evaluate(x, y, { callbacks: [board] });
    const evaluations = await eventsIn(join(logDir, 'validation'));
    expect(evaluations.map(({ tag, step }) => [tag, step])).toEqual([
      ['evaluation_loss_vs_iterations', 4],
      ['evaluation_mae_vs_iterations', 4],
    ]);
  });

  it('keeps its files apart from those of other callbacks in the same folder', async () => {
    const logDir = newFolder();
    for (let i = 0; i < 3; i++) await model.fit(x, y, { callbacks: [tensorBoard({ logDir })] });
    expect((await readdir(join(logDir, 'train'))).length).toBe(3);
  });

  it('writes names and figures of any kind', async () => {
    const logDir = newFolder();
    const names = ['../up', 'nul\0', 'ünï', 'valX', 'value', 'a/b'];
    const odd: Callback = {
      onEpochEnd: (_, __, control) => {
        for (const [i, name] of names.entries()) control.report(name, [Number.NaN, Infinity, -0][i % 3] as number);
      },
    };
    await model.fit(x, y, { callbacks: [odd, tensorBoard({ logDir })] });
    const events = await eventsIn(join(logDir, 'train'));
    const odds = events.filter(({ tag }) => names.includes(tag.replace('epoch_', '')));
    expect(odds.map(({ tag }) => tag)).toEqual(names.map((name) => `epoch_${name}`));
    expect(odds.flatMap(({ values }) => values)).toEqual([Number.NaN, Infinity, -0, Number.NaN, Infinity, -0]);
    expect(await readdir(logDir)).toEqual(['train']);
  });

  it('refuses frequencies that are none', () => {
    expect(() => tensorBoard({ updateFreq: 0 })).toThrow(/updateFreq: expected a whole number of at least 1, got 0/);
    expect(() => tensorBoard({ updateFreq: 'often' as 'batch' })).toThrow(/updateFreq/);
    expect(() => tensorBoard({ histogramFreq: 1.5 })).toThrow(/histogramFreq/);
  });
});
