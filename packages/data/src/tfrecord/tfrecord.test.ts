/** TFRecord files and the examples in them: what was written comes back, whoever wrote it, and nothing that was changed goes unnoticed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { setWarningOutput } from '@deft/tensor';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type Dataset,
  exampleBytes,
  type Features,
  fromArray,
  fromTFRecord,
  type HostArray,
  parseExample,
  range,
  writeTFRecord,
} from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'deft-tfrecord-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const newPath = (): string => join(folder, `${made++}.tfrecord`);
const file = (content: Uint8Array): string => {
  const path = newPath();
  writeFileSync(path, content);
  return path;
};

/** All elements, read with a restart after each. */
async function inPieces<T>(make: () => Dataset<T>): Promise<T[]> {
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

describe('D9: TFRecord files', () => {
  const records = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 });

  it('give the records that were written, in one go, with restarts, and from anywhere on', async () => {
    await fc.assert(
      fc.asyncProperty(records, records, fc.nat(8), async (first, second, skipped) => {
        const paths = [newPath(), newPath()];
        await writeTFRecord(paths[0] as string, fromArray(first));
        await writeTFRecord(paths[1] as string, second);
        const make = () => fromTFRecord(paths);
        expect(await make().toArray()).toEqual([...first, ...second]);
        expect(await inPieces(make)).toEqual([...first, ...second]);
        expect(await make().skip(skipped).toArray()).toEqual([...first, ...second].slice(skipped));
      }),
      { numRuns: 40 },
    );
  });

  it('hold records larger than what is read at once, and are there once they are whole', async () => {
    const path = newPath();
    const large = range(5).map((i) => new Uint8Array(70_000 * i).fill(i));
    await writeTFRecord(path, large);
    expect((await fromTFRecord(path).toArray()).map(({ length }) => length)).toEqual([
      0, 70_000, 140_000, 210_000, 280_000,
    ]);
    await expect(writeTFRecord(path, fromArray(['a' as never]))).rejects.toThrow(
      /record 0: expected a Uint8Array.*E_DTYPE/,
    );
    expect((await fromTFRecord(path).toArray()).length).toBe(5);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('are refused wherever they are cut off or changed, with the byte', async () => {
    const whole = newPath();
    const parts = [1, 2, 3].map((i) => new Uint8Array(i * 4).fill(i));
    await writeTFRecord(whole, parts);
    const bytes = readFileSync(whole);
    const ends = new Set([0, 20, 44, 72]);
    const refused = { code: 'E_FILE', message: /tfrecord: byte \d+: / };
    for (let length = 0; length <= bytes.length; length++) {
      const cut = fromTFRecord(file(bytes.subarray(0, length)));
      // Where a record ended, nothing tells that there were more.
      if (ends.has(length)) expect(await cut.toArray()).toEqual(parts.slice(0, [...ends].indexOf(length)));
      else await expect(cut.toArray()).rejects.toMatchObject(refused);
    }
    for (let at = 0; at < bytes.length; at++) {
      for (const change of [1, 128, 255]) {
        const changed = Uint8Array.from(bytes);
        changed[at] = (changed[at] as number) ^ change;
        await expect(fromTFRecord(file(changed)).toArray()).rejects.toMatchObject(refused);
      }
    }
    await expect(fromTFRecord(file(gzipSync(bytes))).toArray()).rejects.toThrow(/byte 0: the file is gzipped/);
    await expect(fromTFRecord(join(folder, 'none')).toArray()).rejects.toThrow('E_FILE');
    expect(() => fromTFRecord([])).toThrow('E_ARGUMENT');
  });

  it('pass damaged records by if told, as long as the next one can be found', async () => {
    const path = newPath();
    await writeTFRecord(
      path,
      [1, 2, 3].map((i) => Uint8Array.of(i)),
    );
    const bytes = Uint8Array.from(readFileSync(path));
    bytes[17 + 12] = 77;
    writeFileSync(path, bytes);
    const errors: string[] = [];
    const warnings: string[] = [];
    const before = setWarningOutput((text) => warnings.push(text));
    const make = () => fromTFRecord(path, { onError: 'skip', onSkip: ({ message }) => errors.push(message) });
    expect(await make().toArray()).toEqual([Uint8Array.of(1), Uint8Array.of(3)]);
    expect(errors[0]).toContain(`${path}: byte 17: the checksum of a record does not fit`);
    expect(await inPieces(make)).toEqual([Uint8Array.of(1), Uint8Array.of(3)]);
    setWarningOutput(before);
    expect(new Set(warnings)).toEqual(new Set([`deft: fromTFRecord: ${path}: 1 records were skipped`]));
    bytes[17] = 99;
    writeFileSync(path, bytes);
    await expect(make().toArray()).rejects.toThrow(/byte 17: the checksum of the length of a record does not fit/);
  });
});

/** Messages of protocol buffers, by their description. */
const varint = (value: bigint): number[] =>
  value < 128n ? [Number(value)] : [Number(value & 127n) | 128, ...varint(value >> 7n)];
const tag = (field: number, kind: number): number[] => varint(BigInt(field * 8 + kind));
const lengthed = (field: number, bytes: readonly number[]): number[] => [
  ...tag(field, 2),
  ...varint(BigInt(bytes.length)),
  ...bytes,
];
const utf8 = (text: string): number[] => [...new TextEncoder().encode(text)];
const float = (value: number): number[] => [...new Uint8Array(new Float32Array([value]).buffer)];
const int64 = (value: bigint): number[] => varint(BigInt.asUintN(64, value));

/** The fields of a list: packed, one by one, or some of both. */
const listed = (kind: number, values: readonly (readonly number[])[], form: number): number[] => {
  const single = (some: typeof values) => some.flatMap((value) => [...tag(1, kind), ...value]);
  const half = Math.floor(values.length / 2);
  if (form === 0) return single(values);
  return form === 1
    ? lengthed(1, values.flat())
    : [...single(values.slice(0, half)), ...lengthed(1, values.slice(half).flat())];
};
const entry = (name: string, feature: readonly number[]): number[] =>
  lengthed(1, [...lengthed(1, utf8(name)), ...lengthed(2, feature)]);

const names = fc.constantFrom('a', 'é', '__proto__', '');
const whole = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const float32 = fc.float({ noNaN: true });
/** A feature with a value. */
const described = fc.oneof(
  fc.uint8Array({ maxLength: 9 }).map((value) => ({ feature: 'bytes' as const, value })),
  fc.string({ unit: 'grapheme' }).map((value) => ({ feature: 'text' as const, value })),
  float32.map((value) => ({ feature: 'float' as const, value })),
  fc.maxSafeInteger().map((value) => ({ feature: 'int' as const, value })),
  whole.map((value) => ({ feature: 'int64' as const, value })),
  fc
    .float32Array({ noNaN: true, maxLength: 5 })
    .map((value) => ({ feature: { kind: 'float', shape: 'any' } as const, value })),
  fc
    .int32Array({ minLength: 3, maxLength: 3 })
    .map((value) => ({ feature: { kind: 'int', shape: [3] } as const, value })),
  fc.array(whole, { maxLength: 5 }).map((values) => ({
    feature: { kind: 'int64', shape: 'any' } as const,
    value: BigInt64Array.from(values),
  })),
  fc
    .array(fc.string(), { minLength: 2, maxLength: 2 })
    .map((value) => ({ feature: { kind: 'text', shape: [2] } as const, value })),
  fc.float32Array({ noNaN: true, minLength: 6, maxLength: 6 }).map((data) => ({
    feature: { kind: 'float', shape: [2, 3] } as const,
    value: { data, shape: [2, 3] },
  })),
);
const examples = fc.array(fc.tuple(names, described), { maxLength: 4 }).map((pairs) => ({
  features: Object.fromEntries(pairs.map(([name, { feature }]) => [name, feature])) as Features,
  values: Object.fromEntries(pairs.map(([name, { value }]) => [name, value])) as Record<string, unknown>,
}));

describe('examples', () => {
  it('come back as they were written', () => {
    fc.assert(
      fc.property(examples, ({ features, values }) => {
        expect(parseExample(exampleBytes(values as never, features), features)).toEqual(values);
      }),
      { numRuns: 400 },
    );
  });

  it('are those of TensorFlow', () => {
    // Printed by the tutorial "TFRecord and tf.train.Example" of tensorflow.org for (False, 4, b'goat', 0.9876).
    const printed =
      '\nR\n\x14\n\x08feature2\x12\x08\n\x06\n\x04goat\n\x14\n\x08feature3\x12\x08\x12\x06\n\x04[\xd3|?\n\x11\n\x08feature0\x12\x05\x1a\x03\n\x01\x00\n\x11\n\x08feature1\x12\x05\x1a\x03\n\x01\x04';
    const bytes = Uint8Array.from(printed, (letter) => letter.charCodeAt(0));
    const features = { feature2: 'text', feature3: 'float', feature0: 'int', feature1: 'int64' } as const;
    const values = parseExample(bytes, features);
    expect(values).toEqual({ feature2: 'goat', feature3: Math.fround(0.9876), feature0: 0, feature1: 4n });
    expect(exampleBytes(values, features)).toEqual(bytes);
  });

  it('may be packed or not, come in parts, and have fields that nobody knows', () => {
    const list = fc.array(fc.tuple(float32, whole), { maxLength: 6 });
    fc.assert(
      fc.property(list, fc.nat(2), fc.nat(2), fc.boolean(), (numbers, one, other, isSplit) => {
        const floats = listed(
          5,
          numbers.map(([value]) => float(value)),
          one,
        );
        const ints = listed(
          0,
          numbers.map(([, value]) => int64(value)),
          other,
        );
        const unknown = [
          ...tag(9, 0),
          200,
          1,
          ...tag(10, 1),
          ...float(1),
          ...float(2),
          ...tag(11, 5),
          ...float(1),
          ...lengthed(12, [1]),
        ];
        const feature = isSplit
          ? [...lengthed(2, floats), ...unknown, ...lengthed(2, listed(5, [float(7)], one))]
          : [...lengthed(3, listed(0, [int64(5n)], other)), ...lengthed(2, [...unknown, ...floats])];
        const entries = [
          ...entry('x', lengthed(1, [])),
          ...entry('x', feature),
          ...unknown,
          ...entry('other', lengthed(1, lengthed(1, [1, 2]))),
        ];
        const bytes = Uint8Array.from([
          ...unknown,
          ...lengthed(1, entries),
          ...lengthed(1, entry('n', lengthed(3, ints))),
        ]);
        const { x, n } = parseExample(bytes, {
          x: { kind: 'float', shape: 'any' },
          n: { kind: 'int64', shape: 'any' },
        });
        expect(Array.from(x)).toEqual([...numbers.map(([value]) => value), ...(isSplit ? [7] : [])]);
        expect(Array.from(n)).toEqual(numbers.map(([, value]) => value));
      }),
    );
  });

  it('that make no sense are errors of a byte, and never anything else', () => {
    const features = { a: { kind: 'float', shape: 'any' }, b: { kind: 'text', shape: 'any' } } as const;
    const check = (bytes: Uint8Array): void => {
      try {
        parseExample(bytes, features);
      } catch (error) {
        expect(error).toMatchObject({ code: 'E_FILE', message: /byte \d+: |feature "/ });
      }
    };
    const good = exampleBytes({ a: new Float32Array([1, 2]), b: ['x', 'y'] }, features);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), check), { numRuns: 1000 });
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, value) => check(good.with(at, value))),
      { numRuns: 1000 },
    );
    for (let length = 1; length < good.length; length++) {
      expect(() => parseExample(good.subarray(0, length), features)).toThrow(/byte \d+: .*E_FILE/s);
    }
    expect(parseExample(new Uint8Array(), features)).toEqual({ a: new Float32Array(), b: [] });
    expect(() => parseExample(Uint8Array.of(8, ...new Array(11).fill(128)), features)).toThrow(/more than ten bytes/);
    expect(() => parseExample(Uint8Array.of(11), features)).toThrow(/a field of the unknown kind 3/);
  });

  it('say which feature is not what it should be, or take its default', () => {
    const bytes = exampleBytes(
      { one: 1n, big: 2n ** 60n, some: new BigInt64Array([1n, 2n ** 40n]), raw: Uint8Array.of(255) },
      { one: 'int64', big: 'int64', some: { kind: 'int64', shape: [2] }, raw: 'bytes' },
    );
    const failing = (features: Features, says: RegExp) => expect(() => parseExample(bytes, features)).toThrow(says);
    failing({ none: 'int' }, /feature "none": it is missing, and there is no default.*E_FILE/);
    failing({ one: 'float' }, /feature "one": expected float, got int64/);
    failing({ big: 'int' }, /feature "big": 1152921504606846976 is no number that JavaScript has: read it as int64/);
    failing({ some: { kind: 'int', shape: 'any' } }, /feature "some": 1099511627776 is no number of 32 bits/);
    failing({ some: 'int64' }, /feature "some": expected 1 values for \[\], got 2/);
    failing({ some: { kind: 'int64', shape: [3] } }, /expected 3 values for \[3\], got 2/);
    failing({ raw: 'text' }, /feature "raw": the bytes are no UTF-8/);
    failing({ one: 'double' as 'float' }, /features.one.kind: expected bytes, text, float, int, int64.*E_ATTRIBUTE/);
    failing({ one: { kind: 'int', shape: [-1] } }, /features.one.shape.*E_ATTRIBUTE/);
    const defaults = parseExample(bytes, {
      none: { kind: 'int', default: 7 },
      row: { kind: 'float', shape: [2], default: 0.5 },
      grid: { kind: 'int64', shape: [1, 2], default: 3n },
    });
    expect(defaults).toEqual({
      none: 7,
      row: new Float32Array([0.5, 0.5]),
      grid: { data: new BigInt64Array([3n, 3n]), shape: [1, 2] },
    });
    const grid: HostArray<BigInt64Array, readonly [1, 2]> = defaults.grid;
    expect(grid.shape).toEqual([1, 2]);
    const writing = (values: unknown, features: Features, says: RegExp) =>
      expect(() => exampleBytes(values as never, features)).toThrow(says);
    writing({ a: 'x' }, { a: 'float' }, /a: expected a number, got string.*E_DTYPE/);
    writing({ a: [1, 0.5] }, { a: { kind: 'int', shape: [2] } }, /a\[1\]: expected a whole number, got number/);
    writing({ a: [1] }, { a: { kind: 'int', shape: [2] } }, /a: expected 2 values for \[2\], got 1.*E_SHAPE/);
    writing({ a: '\ud800' }, { a: 'text' }, /a: expected a text that UTF-8 can spell/);
    writing({}, { a: 'bytes' }, /a: expected a Uint8Array, got undefined/);
  });
});
