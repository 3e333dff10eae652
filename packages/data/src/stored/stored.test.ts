/** Elements in files: they come back as they were, and a file that was changed or cut off is never taken for a whole one. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeftError, type DType, Tensor } from '@deft/core';
import { cast, setWarningOutput, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { fromArray, fromCsv, fromGenerator, fromTextFile, loadDataset, range } from '../index.ts';
import { ByteReader } from './byte-reader.ts';
import { decodeElement, encodeElement } from './element-bytes.ts';

const folder = mkdtempSync(join(tmpdir(), 'deft-stored-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const newPath = (): string => {
  const place = join(folder, `${made++}`);
  mkdirSync(place);
  return join(place, 'kept');
};
/** What is in the folder of a path. */
const beside = (path: string): string[] => readdirSync(join(path, '..'));

async function warningsOf(run: () => Promise<unknown>): Promise<string[]> {
  const warnings: string[] = [];
  const before = setWarningOutput((text) => warnings.push(text));
  await run().finally(() => setWarningOutput(before));
  return warnings;
}

/** Tensors by what they hold, so that they can be compared. */
const shown = (value: unknown): unknown => {
  if (value instanceof Tensor) return { dtype: value.dtype, shape: [...value.shape], data: value.dataSync() };
  if (Array.isArray(value)) return value.map(shown);
  const isPlain = typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
  return isPlain ? Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shown(part)])) : value;
};

const dtypes: readonly DType[] = [
  'float32',
  'float64',
  'float16',
  'bfloat16',
  'int8',
  'uint8',
  'int32',
  'uint32',
  'int64',
  'bool',
];
const text = fc.string({ unit: fc.constantFrom('a', 'é', '🙂', '\ud800', '\0', '"') });
const arrays = fc.oneof(
  fc.uint8Array(),
  fc.int16Array(),
  fc.int32Array(),
  fc.uint32Array(),
  fc.float32Array(),
  fc.float64Array(),
  fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })).map((values) => BigInt64Array.from(values)),
  fc.uint8ClampedArray(),
);
const leaves: fc.Arbitrary<unknown> = fc.oneof(
  fc.double(),
  fc.boolean(),
  fc.bigInt(),
  text,
  fc.constantFrom(null, undefined),
  arrays,
  fc.tuple(fc.nat(3), fc.nat(3)).map(([a, b]) => ({ data: new Int32Array(a * b).fill(7), shape: [a, b] })),
  fc.tuple(fc.constantFrom(...dtypes), fc.nat(3), fc.nat(3)).map(([dtype, a, b]) =>
    cast(
      tensor(
        Float32Array.from({ length: a * b }, (_, i) => i / 2),
        { shape: [a, b] },
      ),
      dtype,
    ),
  ),
);
const { element: elements } = fc.letrec<{ element: unknown }>((tie) => ({
  element: fc.oneof(
    { depthSize: 'small' },
    leaves,
    fc.array(tie('element'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(text, fc.constantFrom('__proto__', 'data', 'shape')), tie('element'), { maxKeys: 4 }),
  ),
}));

const refuse = (byte: number, says: string): never => {
  throw new DeftError('E_FILE', { op: 'test', says: `byte ${byte}: ${says}` });
};

describe('elements as bytes', () => {
  it('come back as they were, in class, shape and bits', async () => {
    await fc.assert(
      fc.asyncProperty(elements, async (value) => {
        const bytes = await encodeElement('test', value);
        expect(shown(decodeElement(new ByteReader(bytes, 0, refuse)))).toEqual(shown(value));
      }),
      { numRuns: 400 },
    );
    const nan = new Uint8Array(new BigUint64Array([0x7ff8_0000_0000_0abcn]).buffer);
    const back = decodeElement(new ByteReader(Uint8Array.of(8, 8, 8, ...nan), 0, refuse)) as Float64Array;
    expect(new Uint8Array(back.buffer)).toEqual(nan);
    const buffer = decodeElement(new ByteReader(await encodeElement('test', Buffer.from('ab')), 0, refuse));
    expect(buffer).toEqual(Uint8Array.of(97, 98));
  });

  it('that are cut off or of no sense are refused, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(elements, fc.nat(), async (value, at) => {
        const bytes = await encodeElement('test', value);
        const cut = bytes.subarray(0, at % bytes.length);
        expect(() => decodeElement(new ByteReader(cut, 0, refuse))).toThrow(/byte \d+: .*E_FILE/s);
      }),
      { numRuns: 200 },
    );
    const hostile = fc.array(fc.oneof(fc.nat(13), fc.nat(255), fc.constant(255)), { maxLength: 40 });
    fc.assert(
      fc.property(hostile, (bytes) => {
        try {
          decodeElement(new ByteReader(Uint8Array.from(bytes), 0, refuse));
        } catch (error) {
          expect(error).toMatchObject({ code: 'E_FILE' });
        }
      }),
      { numRuns: 3000 },
    );
    const deep = new Array(200).fill([11, 1]).flat();
    expect(() => decodeElement(new ByteReader(Uint8Array.from(deep), 0, refuse))).toThrow(/more than 64 levels/);
  });

  it('cannot be made of functions, objects of classes and rings', async () => {
    const failing = (value: unknown, says: RegExp) => expect(encodeElement('save', value)).rejects.toThrow(says);
    await failing({ a: [() => 1] }, /save: a\[0\]: expected numbers.*got function.*E_DTYPE/);
    await failing(new Map(), /got Map/);
    const ring: unknown[] = [];
    ring.push(ring);
    await failing(ring, /structure of more than 64 levels/);
  });
});

/** All elements, read with a restart after each. */
async function inPieces<T>(make: () => ReturnType<typeof loadDataset<T>>): Promise<T[]> {
  const found: T[] = [];
  let state = make().iterator().state();
  for (;;) {
    const iterator = make().iterator();
    await iterator.restore(JSON.parse(JSON.stringify(state)));
    const { done, value } = await iterator.next();
    if (done) return found;
    found.push(value);
    state = iterator.state();
    await iterator.close();
  }
}

describe('D9: saved datasets', () => {
  it('give what was saved, in one go, with restarts, and from anywhere on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(elements, { maxLength: 6 }), fc.nat(7), async (values, skipped) => {
        const path = newPath();
        await fromArray(values).save(path);
        expect((await loadDataset(path).toArray()).map(shown)).toEqual(values.map(shown));
        expect((await inPieces(() => loadDataset(path))).map(shown)).toEqual(values.map(shown));
        expect((await loadDataset(path).skip(skipped).toArray()).map(shown)).toEqual(values.slice(skipped).map(shown));
      }),
      { numRuns: 40 },
    );
  });

  it('hold one pass, and replace an old file when they are whole', async () => {
    const path = newPath();
    await range(5).shuffle(5, { seed: 3 }).save(path, { epoch: 2 });
    expect(await loadDataset(path).toArray()).toEqual(await range(5).shuffle(5, { seed: 3 }).toArray({ epoch: 2 }));
    const iterator = loadDataset(path).iterator();
    await iterator.next();
    const state = iterator.state();
    await iterator.close();
    const failing = range(9000).map((i) => {
      if (i === 8999) throw new Error('worn out');
      return new Float32Array(40);
    });
    await expect(failing.save(path)).rejects.toThrow('worn out');
    expect(beside(path)).toEqual(['kept']);
    expect(await loadDataset(path).toArray()).toHaveLength(5);
    await range(3).save(path);
    expect(await loadDataset(path).toArray()).toEqual([0, 1, 2]);
    await expect(loadDataset(path).iterator().restore(state)).rejects.toThrow(/was written anew.*E_PIPELINE/s);
    await expect(range(3).save(join(path, 'in', 'a', 'file'))).rejects.toThrow('E_FILE');
  });

  it('are refused wherever they are cut off or changed', async () => {
    const path = newPath();
    await range(4)
      .map((i) => ({ i, x: new Int16Array([i, i]) }))
      .save(path);
    const whole = readFileSync(path);
    const other = newPath();
    const read = () => loadDataset(other).toArray();
    for (let length = 0; length < whole.length; length++) {
      writeFileSync(other, whole.subarray(0, length));
      await expect(read()).rejects.toMatchObject({ code: 'E_FILE', message: /kept: byte \d+: / });
    }
    for (let at = 0; at < whole.length; at++) {
      const changed = Uint8Array.from(whole);
      changed[at] = (changed[at] as number) ^ (1 << (at % 8));
      writeFileSync(other, changed);
      await expect(read()).rejects.toMatchObject({ code: 'E_FILE', message: /kept: byte \d+: / });
    }
    // Records that are intact and no more where they were.
    writeFileSync(other, Buffer.concat([whole, whole]));
    await expect(read()).rejects.toThrow('E_FILE');
    await expect(loadDataset(join(folder, 'none')).toArray()).rejects.toThrow('E_FILE');
  });
});

describe('D7: caches in files', () => {
  /** A dataset that counts what is read of it, and its file. */
  const counted = (path: string, version?: number) => {
    const seen = { read: 0 };
    const source = fromGenerator(function* (epoch) {
      for (let i = 0; i < 5; i++) {
        seen.read++;
        yield { i, epoch };
      }
    });
    return { seen, cached: source.cache({ file: path, ...(version !== undefined && { version }) }) };
  };
  const expected = [0, 1, 2, 3, 4].map((i) => ({ i, epoch: 0 }));

  it('read their source once, also in later processes, and are always pass 0 of it', async () => {
    const path = newPath();
    const first = counted(path);
    expect(await first.cached.toArray({ epoch: 3 })).toEqual(expected);
    expect(await first.cached.toArray({ epoch: 4 })).toEqual(expected);
    expect(first.seen.read).toBe(5);
    const second = counted(path);
    expect(await second.cached.toArray({ epoch: 1 })).toEqual(expected);
    expect(second.seen.read).toBe(0);
    expect(beside(path)).toEqual(['kept']);
  });

  it('keep nothing of a pass that ended early or failed, and say so', async () => {
    const path = newPath();
    const { cached } = counted(path);
    const warnings = await warningsOf(() => cached.take(2).toArray());
    expect(warnings.join()).toMatch(/cache: a pass ended after 2 elements/);
    expect(beside(path)).toEqual([]);
    const failing = fromArray<unknown>([1, 2, () => 3]).cache({ file: path });
    await warningsOf(() => expect(failing.toArray()).rejects.toThrow('E_DTYPE'));
    expect(beside(path)).toEqual([]);
  });

  it('are no concern of a pass that only looks', async () => {
    const path = newPath();
    const glance = async (dataset: ReturnType<typeof counted>['cached']): Promise<unknown> => {
      const iterator = dataset.iterator({ epoch: 2, keep: false });
      const found = [(await iterator.next()).value, (await iterator.next()).value];
      const state = iterator.state();
      await iterator.close();
      const later = dataset.iterator();
      await later.restore(state);
      found.push((await later.next()).value);
      for await (const _ of later);
      return found;
    };
    const { seen, cached } = counted(path);
    const inMemory = fromArray(expected).cache();
    expect(await warningsOf(async () => expect(await glance(cached)).toEqual(expected.slice(0, 3)))).toEqual([]);
    expect(await warningsOf(async () => expect(await glance(inMemory)).toEqual(expected.slice(0, 3)))).toEqual([]);
    // Twice two, and the pass that went on and kept the whole.
    expect(seen.read).toBe(7);
    expect(beside(path)).toEqual(['kept']);
  });

  it('are written anew for other steps, versions and changed files, and say why', async () => {
    const path = newPath();
    const input = newPath();
    writeFileSync(input, 'a\nb\n');
    const lines = () => fromTextFile(input).cache({ file: path });
    expect(await lines().toArray()).toEqual(['a', 'b']);
    expect(await warningsOf(() => lines().toArray())).toEqual([]);
    writeFileSync(input, 'a\nc\n');
    utimesSync(input, 1, 1);
    expect(await warningsOf(async () => expect(await lines().toArray()).toEqual(['a', 'c']))).toEqual([
      `deft: cache: ${path} is written anew: ${input} has changed`,
    ]);
    rmSync(input);
    const gone = await warningsOf(() => expect(lines().toArray()).rejects.toThrow('E_FILE'));
    expect(gone[0]).toContain('has changed');
    const other = await warningsOf(async () => {
      expect(await range(2).cache({ file: path }).toArray()).toEqual([0, 1]);
    });
    expect(other).toEqual([
      `deft: cache: ${path} is written anew: it was made by fromTextFile(${JSON.stringify(input)})`,
    ]);
    const versions = await warningsOf(() => range(2).cache({ file: path, version: 2 }).toArray());
    expect(versions).toEqual([`deft: cache: ${path} is written anew: it has version ""`]);
  });

  it('know the files that caches before them were made of', async () => {
    const input = newPath();
    writeFileSync(input, 'x\n1\n2\n');
    const [inner, outer] = [newPath(), newPath()];
    const rows = (between: 'memory' | 'file') => {
      const read = fromCsv(input, { columns: { x: 'number' } });
      const once = between === 'file' ? read.cache({ file: inner }) : read.cache();
      return { once, kept: once.map(({ x }) => x).cache({ file: outer }) };
    };
    for (const [between, value] of [
      ['file', 3],
      ['memory', 4],
    ] as const) {
      const { once, kept } = rows(between);
      await once.toArray();
      await warningsOf(() => kept.toArray());
      writeFileSync(input, `x\n${value}\n`);
      utimesSync(input, value, value);
      const warnings = await warningsOf(async () => expect(await rows(between).kept.toArray()).toEqual([value]));
      expect(warnings.join()).toContain(`${outer} is written anew: ${input} has changed`);
    }
  });

  it('never write over what is no cache', async () => {
    const path = newPath();
    writeFileSync(path, 'the only copy of something');
    await expect(range(3).cache({ file: path }).toArray()).rejects.toThrow('E_FILE');
    expect(readFileSync(path, 'utf8')).toBe('the only copy of something');
  });

  it('are written by one pass at a time; others read the source', async () => {
    const path = newPath();
    const { seen, cached } = counted(path);
    const [first, second] = [cached.iterator(), cached.iterator()];
    await first.next();
    const warnings = await warningsOf(() => second.next());
    expect(warnings.join()).toMatch(/is being written by process \d+: this pass reads what it is made from/);
    for (const iterator of [first, second]) for await (const _ of iterator);
    expect(seen.read).toBe(10);
    expect(beside(path)).toEqual(['kept']);
    // A lock of a process that is gone holds nobody up, and what it had written goes with it.
    rmSync(path);
    writeFileSync(`${path}.lock`, '999999999 0123abcd');
    writeFileSync(`${path}.999999999-0123abcd.tmp`, 'half');
    expect(await counted(path).cached.toArray()).toEqual(expected);
    expect(beside(path)).toEqual(['kept']);
    rmSync(path);
    writeFileSync(`${path}.lock`, '');
    await warningsOf(() => counted(path).cached.toArray());
    expect(beside(path)).toEqual(['kept.lock']);
    utimesSync(`${path}.lock`, 1, 1);
    await counted(path).cached.toArray();
    expect(statSync(path).size).toBeGreaterThan(0);
  });

  it('go on within a pass that writes, and where they are read', async () => {
    const path = newPath();
    const make = () => counted(path).cached;
    const first = make().iterator();
    await first.next();
    await first.next();
    const state = JSON.parse(JSON.stringify(first.state()));
    await warningsOf(() => first.close());
    for (let i = 0; i < 2; i++) {
      // The first restart writes the file, the second reads it.
      const later = make().iterator();
      await later.restore(state);
      const rest: unknown[] = [];
      for await (const value of later) rest.push(value);
      expect(rest).toEqual(expected.slice(2));
    }
    expect(await make().toArray()).toEqual(expected);
    expect(await inPieces(make)).toEqual(expected);
  });
});
