/**
 * Files that somebody made to do harm: every field of models, weights and backups forged behind a checksum that fits. They
 * are refused with an error of ours that names the place, or are files that could have been written; nothing else changes.
 */
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { allocate, DeftError, type DType, sizeOf } from '@deft/core';
import { accumulateGradients, adam, cosineDecay } from '@deft/optim';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeChecked, encodeChecked } from './checked-file.ts';
import { backupAndRestore, deserializeModel, earlyStopping, layers, type Model, metrics, sequential } from './index.ts';
import { elementsOf, type NamedArray } from './safetensors.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A file of ours in parts that can be changed. */
interface Parts {
  readonly description: Json;
  readonly tensors: readonly NamedArray[];
}

const x = [
  [1, 2],
  [3, 4],
  [-1, 0.5],
];
const y = [[1], [0], [1]];

function network(): Model {
  const model = sequential(
    [layers.dense(3, { activation: 'relu', name: 'hidden' }), layers.batchNormalization(), layers.dense(1)],
    { inputShape: [2] },
  );
  model.compile({
    optimizer: accumulateGradients(adam({ learningRate: cosineDecay(0.1, { decaySteps: 5 }), clipnorm: 1 }), 2),
    loss: 'huber',
    metrics: ['mae', metrics.auc({ numThresholds: 5 })],
  });
  return model;
}

const partsOf = (bytes: Uint8Array, format: string, version: string): Parts => {
  const { description, tensors } = decodeChecked('test', bytes, format, [version]);
  return {
    description: description as Json,
    tensors: [...tensors].map(([name, stored]) => ({
      name,
      dtype: stored.dtype,
      shape: stored.shape,
      data: elementsOf(stored),
    })),
  };
};

const isObject = (value: Json): value is { readonly [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every place in a value. */
function places(value: Json, path: readonly string[] = []): (readonly string[])[] {
  const inner = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return [path, ...inner.flatMap(([key, one]) => places(one as Json, [...path, key]))];
}

/** The value with something else at a place; without what stands there where that is `undefined`. */
function changed(value: Json, [key, ...rest]: readonly string[], to: Json | undefined): Json | undefined {
  if (key === undefined) return to;
  const entries = Object.entries(value as object)
    .map(([name, one]) => [name, name === key ? changed(one as Json, rest, to) : (one as Json)] as const)
    .filter(([, one]) => one !== undefined);
  if (Array.isArray(value)) return entries.map(([, one]) => one as Json);
  return Object.fromEntries(entries) as Json;
}

const nested = (depth: number): Json => (depth === 0 ? 1 : [nested(depth - 1)]);
const strange: fc.Arbitrary<Json | undefined> = fc.oneof(
  fc.constantFrom<Json | undefined>(
    undefined,
    null,
    -1,
    0.5,
    1e9,
    2 ** 31 - 1,
    2 ** 53,
    1e308,
    '',
    '__proto__',
    'constructor',
    '../../x',
    'toString',
    [],
    {},
    [2 ** 31 - 1, 2 ** 31 - 1],
    nested(30),
    { $number: 'Infinity' },
    { $number: 'NaN' },
    { kind: 'sgd', config: {} },
    { kind: 'lambda', config: {} },
    { kind: 'auc', config: { numThresholds: 1e9 } },
    { kind: 'averageWeights', config: { optimizer: { kind: 'sgd', config: {} } } },
  ),
  fc.jsonValue() as fc.Arbitrary<Json>,
);
const dtypes: readonly DType[] = ['float32', 'float64', 'int32', 'bool', 'float16', 'complex64', 'int64'];
const strangeTensors = (tensors: readonly NamedArray[]): fc.Arbitrary<readonly NamedArray[]> =>
  fc
    .record({
      place: fc.nat(tensors.length - 1),
      name: fc.option(fc.constantFrom('__proto__', '../x', '', '@optimizer/step', '@x', 'hidden/kernel', 'other'), {
        nil: undefined,
      }),
      dtype: fc.option(fc.constantFrom(...dtypes), { nil: undefined }),
      shape: fc.option(fc.array(fc.nat(3), { maxLength: 3 }), { nil: undefined }),
      isDropped: fc.boolean(),
    })
    .map(({ place, name, dtype, shape, isDropped }) => {
      const old = tensors[place] as NamedArray;
      const made = { name: name ?? old.name, dtype: dtype ?? old.dtype, shape: shape ?? old.shape };
      const isSame = made.dtype === old.dtype && sizeOf(made.shape) === sizeOf(old.shape);
      const forged = { ...made, data: isSame ? old.data : allocate(made.dtype, sizeOf(made.shape)) };
      const others = tensors.filter((one, i) => i !== place && one.name !== made.name);
      return isDropped && name === undefined ? others : [...others, forged];
    });

/** Files like one, with one or two fields of the description or one tensor forged. */
function forgeries({ description, tensors }: Parts, format: string, version: string): fc.Arbitrary<Uint8Array> {
  const change = fc.tuple(fc.constantFrom(...places(description)), strange);
  return fc
    .oneof(
      fc.record({ changes: fc.array(change, { minLength: 1, maxLength: 2 }), forged: fc.constant(tensors) }),
      fc.record({ changes: fc.constant([]), forged: strangeTensors(tensors) }),
    )
    .map(({ changes, forged }) => {
      let value: Json | undefined = description;
      for (const [place, to] of changes) {
        const canBe = place.every((key, i) => {
          const at = place.slice(0, i).reduce<Json | undefined>((one, part) => Object(one)[part] as Json, value);
          return typeof at === 'object' && at !== null && Object.hasOwn(at, key);
        });
        if (canBe) value = changed(value as Json, place, to);
      }
      try {
        return encodeChecked(
          'test',
          format,
          version,
          isObject(value ?? null) ? (value as object as never) : {},
          forged,
        );
      } catch {
        // It is nested too deeply to be written.
        return new Uint8Array();
      }
    });
}

const bitsOf = async (model: Model): Promise<unknown> => (await model.getWeights()).map((w) => w.toArray());

/** What is thrown is ours, and of one of these codes. */
function expectOurs(error: unknown, ...codes: readonly string[]): void {
  expect(error).toBeInstanceOf(DeftError);
  expect(codes).toContain((error as DeftError).code);
}

let folder = '';
let whole: Uint8Array;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deft-hostile-'));
  const model = network();
  await model.fit(x, y, { batchSize: 2 });
  whole = await model.serialize();
});

describe('a forged model', () => {
  it('is refused by its place, or loads', async () => {
    const parts = partsOf(whole, 'deft-model', '2');
    const before = process.memoryUsage().arrayBuffers;
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(forgeries(parts, 'deft-model', '2'), async (bytes) => {
        try {
          const model = deserializeModel(bytes);
          await model.serialize();
        } catch (error) {
          refused++;
          expectOurs(error, 'E_FILE');
          expect((error as DeftError).message).toMatch(/byte \d+/);
          expect((error as DeftError).message.length).toBeLessThan(3000);
        }
      }),
      { numRuns: 800 },
    );
    expect(refused).toBeGreaterThan(100);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 28);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it.each<[string, readonly string[], Json, RegExp]>([
    ['an unknown layer', ['layer', 'config', 'layers', '0', 'kind'], 'lambda', /kind: expected one of .*got "lambda"/],
    ['a huge layer', ['layer', 'config', 'layers', '0', 'config', 'units'], 2 ** 30, /expected hidden\/kernel to be/],
    ['an input of another shape', ['inputShape'], [5], /expected hidden\/kernel to be/],
    ['no seed', ['seed'], -1, /no valid seed/],
    ['an unknown option', ['training', 'options', 'path'], '../x', /options: expected one of optimizer, loss/],
    ['an unknown loss', ['training', 'options', 'loss'], '__proto__', /loss: expected one of/],
    ['a loss with an unknown option', ['training', 'options', 'loss'], { kind: 'huber', config: { a: 1 } }, /huber\.a/],
    [
      'endless thresholds',
      ['training', 'options', 'metrics', '1', 'config', 'numThresholds'],
      1e9,
      /numThresholds: expected a whole number of at least 2 and at most 1048576/,
    ],
    ['another optimiser', ['training', 'options', 'optimizer'], { kind: 'sgd', config: {} }, /no place for @optimizer/],
    ['negative steps', ['training', 'progress', 'steps'], -1, /no valid training/],
    ['no progress', ['training', 'progress'], null, /no valid training/],
  ])('with %s says so', (_, place, to, says) => {
    const { description, tensors } = partsOf(whole, 'deft-model', '2');
    const [key, parent] = [place.at(-1) as string, place.slice(0, -1)];
    const at = parent.reduce<Json>((one, part) => Object(one)[part] as Json, description);
    const forged = Array.isArray(at)
      ? at.map((one: Json, i) => (String(i) === key ? to : one))
      : { ...Object(at), [key]: to };
    const all = changed(description, parent, forged as Json) as { [key: string]: Json };
    const bytes = encodeChecked('test', 'deft-model', '2', all, tensors);
    expect(() => deserializeModel(bytes)).toThrow(says);
    expect(() => deserializeModel(bytes)).toThrow(/\[E_FILE\]/);
  });
});

describe('forged weights', () => {
  it('are refused and leave the model as it was, or are loaded', async () => {
    const path = join(folder, 'weights');
    const source = network();
    await source.saveWeights(path);
    const parts = partsOf(await readFile(path), 'deft-weights', '1');
    const model = network();
    await fc.assert(
      fc.asyncProperty(
        forgeries(parts, 'deft-weights', '1'),
        fc.record({ byName: fc.boolean(), skipMismatch: fc.boolean() }),
        async (bytes, options) => {
          await writeFile(path, bytes);
          const before = await bitsOf(model);
          try {
            const loaded = await model.loadWeights(path, options);
            expect(model.weightNames).toEqual(expect.arrayContaining([...loaded]));
          } catch (error) {
            expectOurs(error, 'E_FILE');
            expect(await bitsOf(model)).toEqual(before);
          }
          expect(await readdir(folder)).toEqual(['weights']);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('a forged backup', () => {
  it('is refused and leaves the model as it was, or is gone on from', async () => {
    const path = join(folder, 'backup');
    const callbacks = [
      backupAndRestore(path, { saveFreq: 1, deleteCheckpoint: false }),
      earlyStopping({ monitor: 'loss', patience: 9, restoreBestWeights: true }),
    ];
    const options = { epochs: 2, batchSize: 2, callbacks };
    const model = network();
    await model.fit(x, y, options);
    const parts = partsOf(await readFile(path), 'deft-training', '1');
    await fc.assert(
      fc.asyncProperty(forgeries(parts, 'deft-training', '1'), async (bytes) => {
        await writeFile(path, bytes);
        const before = await bitsOf(model);
        try {
          await model.fit(x, y, options);
        } catch (error) {
          expectOurs(error, 'E_FILE', 'E_MODEL');
          expect(await bitsOf(model)).toEqual(before);
        }
      }),
      { numRuns: 150 },
    );
  });
});
