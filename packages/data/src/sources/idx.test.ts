/** Whole IDX files are read, and whatever is wrong with one is told with file and byte, before more is read than the file should hold. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DeftError } from '@deft/core';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { fromTensors, readIdx } from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'deft-idx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
const file = (content: Uint8Array): string => {
  const path = join(folder, `${made++}`);
  writeFileSync(path, content);
  return path;
};

function idx(code: number, sizes: readonly number[], body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * sizes.length + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, (code << 8) | sizes.length);
  for (const [axis, size] of sizes.entries()) view.setUint32(4 + 4 * axis, size);
  bytes.set(body, 4 + 4 * sizes.length);
  return bytes;
}

const pixels = (count: number): Uint8Array =>
  Uint8Array.from({ length: count * 784 }, (_, at) => (at * 31 + (at >> 3)) & 255);
const images = (count: number): Uint8Array => idx(8, [count, 28, 28], pixels(count));
const labels = (values: readonly number[]): Uint8Array => idx(8, [values.length], Uint8Array.from(values));
const sixty = labels(Array.from({ length: 60 }, (_, at) => (at * at) % 10));

/** What a failure says, less the place in this file; the bytes and a file of them fail alike. */
async function complaint(bytes: Uint8Array, maxBytes?: number): Promise<string> {
  const says = async (source: string | Uint8Array, name: string): Promise<string> => {
    const error = await readIdx(source, maxBytes === undefined ? {} : { maxBytes }).then(
      () => undefined,
      (failure: unknown) => failure,
    );
    expect(error).toBeInstanceOf(DeftError);
    const { code, details } = error as DeftError;
    expect(code).toBe('E_FILE');
    expect(details.says?.slice(0, name.length + 2)).toBe(`${name}: `);
    return details.says?.slice(name.length + 2) ?? '';
  };
  const path = file(bytes);
  const found = await says(path, path);
  expect(await says(bytes, 'the bytes')).toBe(found);
  return found;
}

describe('IDX files', () => {
  it('hold arrays of every kind, packed or not', async () => {
    const whole = idx(8, [2, 1, 3], Uint8Array.of(1, 2, 3, 4, 5, 6));
    const expected = { data: new Uint8Array([1, 2, 3, 4, 5, 6]), shape: [2, 1, 3] };
    expect(await readIdx(whole)).toEqual(expected);
    expect(await readIdx(gzipSync(whole))).toEqual(expected);
    expect(await readIdx(file(whole))).toEqual(expected);
    expect(await readIdx(file(gzipSync(whole)))).toEqual(expected);
    const dataOf = async (code: number, ...body: number[]) =>
      (await readIdx(idx(code, [1], Uint8Array.from(body)))).data;
    expect(await dataOf(9, 255)).toEqual(new Int8Array([-1]));
    expect(await dataOf(11, 255, 254)).toEqual(new Int16Array([-2]));
    expect(await dataOf(12, 0, 0, 1, 2)).toEqual(new Int32Array([258]));
    expect(await dataOf(13, 0x3f, 0x80, 0, 0)).toEqual(new Float32Array([1]));
    expect(await dataOf(14, 0x3f, 0xf0, 0, 0, 0, 0, 0, 0)).toEqual(new Float64Array([1]));
    const pairs = fromTensors({ x: await readIdx(whole), y: await readIdx(labels([7, 9])) });
    expect((await pairs.toArray()).map(({ y }) => y)).toEqual([7, 9]);
  });

  it('may be packed in several members, at any level, beyond what is looked at first, and hold nothing', async () => {
    const bytes = images(400);
    const members = Buffer.concat([gzipSync(bytes.subarray(0, 1000)), gzipSync(bytes.subarray(1000), { level: 0 })]);
    expect(members.length).toBeGreaterThan(300_000);
    for (const packed of [members, gzipSync(bytes), gzipSync(bytes, { level: 0 })]) {
      expect(Buffer.compare((await readIdx(file(packed))).data as Uint8Array, pixels(400))).toBe(0);
    }
    for (const none of [images(0), gzipSync(images(0))]) {
      expect(await readIdx(file(none))).toEqual({ data: new Uint8Array(0), shape: [0, 28, 28] });
    }
  });

  const head = images(0);
  it.each<[string, Uint8Array, string | RegExp]>([
    ['nothing', Uint8Array.of(), 'byte 0: the file ends within its magic number'],
    ['three bytes', head.subarray(0, 3), 'byte 3: the file ends within its magic number'],
    ['a part of the header', head.subarray(0, 15), 'byte 15: the file ends within the sizes of its 3 axes'],
    [
      'another format',
      idx(7, [1], Uint8Array.of(1)),
      'byte 0: expected the magic number of an IDX file, got 00 00 07 01',
    ],
    ['no axes', idx(8, [], Uint8Array.of(1)), 'byte 0: expected the magic number of an IDX file, got 00 00 08 00'],
    ['too little', images(2).subarray(0, 1000), 'byte 1000: expected 1584 bytes for shape [2, 28, 28], got 1000'],
    [
      'too much',
      Buffer.concat([images(1), Buffer.of(1, 2)]),
      'byte 800: expected 800 bytes for shape [1, 28, 28], got 802',
    ],
    [
      'a count of which there is nothing',
      idx(8, [1_000_000, 28, 28], pixels(1)),
      'byte 800: expected 784000016 bytes for shape [1000000, 28, 28], got 800',
    ],
    [
      'a count beyond all bounds',
      idx(8, [0xffffffff, 28, 28], pixels(1)),
      /^byte 4: 3367254359296 bytes for shape \[4294967295, 28, 28\], more than the 1073741824 allowed$/,
    ],
    ['the first byte of gzip', Uint8Array.of(0x1f), 'byte 1: the file ends within its magic number'],
    ['two bytes of gzip', Uint8Array.of(0x1f, 0x8b), 'byte 2: the compression is cut short'],
    [
      'another format, packed',
      gzipSync(idx(7, [1], Uint8Array.of(1))),
      'byte 0 of the unpacked data: expected the magic number of an IDX file, got 00 00 07 01',
    ],
    [
      'a part of the header, packed',
      gzipSync(head.subarray(0, 15)),
      'byte 15 of the unpacked data: the file ends within the sizes of its 3 axes',
    ],
    [
      'too little, packed',
      gzipSync(images(2).subarray(0, 1000)),
      'byte 1000 of the unpacked data: expected 1584 bytes for shape [2, 28, 28], got 1000',
    ],
    [
      'too much, packed',
      gzipSync(Buffer.concat([images(1), Buffer.of(1)])),
      'byte 800 of the unpacked data: expected 800 bytes for shape [1, 28, 28], got more',
    ],
    ['zeros behind', Buffer.concat([gzipSync(head), Buffer.alloc(4)]), 'byte 29: 4 bytes behind the compressed data'],
    [
      'a zero behind',
      Buffer.concat([gzipSync(images(9)), Buffer.alloc(1)]),
      /^byte \d+: 1 bytes behind the compressed data$/,
    ],
    [
      'zeros behind several members',
      Buffer.concat([gzipSync(images(1).subarray(0, 9)), gzipSync(images(1).subarray(9)), Buffer.alloc(3)]),
      /^byte \d+: 3 bytes behind the compressed data$/,
    ],
    ['a text behind', Buffer.concat([gzipSync(head), Buffer.from('tail')]), /^byte 30: the compression is damaged: /],
    [
      'a bomb',
      gzipSync(Buffer.concat([images(1), Buffer.alloc(50_000_000)])),
      'byte 800 of the unpacked data: expected 800 bytes for shape [1, 28, 28], got more',
    ],
    [
      'a packed count of which there is nothing',
      gzipSync(idx(8, [500_000, 28, 28], Uint8Array.of())),
      /^byte (\d+): the file ends, and cannot hold the 392000016 bytes stated$/,
    ],
    [
      'far more packed bytes than needed',
      Buffer.concat([gzipSync(images(1)), Buffer.alloc(200_000)]),
      /^2\d{5} packed bytes are too many for the 800 bytes stated$/,
    ],
    [
      'more axes than make a number, one of them empty',
      gzipSync(idx(8, [...Array(254).fill(0xffffffff), 0], new Uint8Array(5_000_000))),
      /^byte 1024 of the unpacked data: expected 1024 bytes for shape .* got more$/,
    ],
  ])('of %s are refused', async (_, bytes, says) => {
    const found = await complaint(bytes);
    typeof says === 'string' ? expect(found).toBe(says) : expect(found).toMatch(says);
  });

  it('are refused wherever they are cut, packed or not', async () => {
    for (const whole of [sixty, gzipSync(sixty)]) {
      for (let length = 0; length < whole.length; length++) {
        expect(await complaint(whole.subarray(0, length))).toMatch(/^byte \d+/);
      }
    }
  });

  it('are refused where they are damaged, a checksum that does not fit at the end', async () => {
    const packed = gzipSync(images(2));
    const flipped = (at: number): Uint8Array => packed.with(at, (packed[at] as number) ^ 1);
    expect(await complaint(flipped(packed.length - 8))).toMatch(
      RegExp(`^byte ${packed.length - 5}: the compression is damaged: `),
    );
    expect(await complaint(flipped(2))).toMatch(/^byte 3: the compression is damaged: /);
  });

  it('with a changed byte are refused or give the same', async () => {
    const packed = gzipSync(sixty);
    const change = fc.tuple(fc.nat({ max: packed.length - 1 }), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(change, async ([at, mask]) => {
        const changed = packed.with(at, (packed[at] as number) ^ mask);
        const found = await readIdx(changed).catch((error: unknown) => error);
        // Fields of the header such as the time may change without touching the data.
        if (found instanceof Error) expect(found).toMatchObject({ code: 'E_FILE' });
        else expect(found).toEqual({ data: sixty.subarray(8), shape: [60] });
      }),
    );
  });

  it('are bounded', async () => {
    expect(await complaint(sixty, 50)).toBe('byte 4: 68 bytes for shape [60], more than the 50 allowed');
    expect(await complaint(gzipSync(sixty), 50)).toBe(
      'byte 4 of the unpacked data: 68 bytes for shape [60], more than the 50 allowed',
    );
    expect((await readIdx(sixty, { maxBytes: 68 })).shape).toEqual([60]);
    const path = file(sixty);
    // A file of a gigabyte of which next to nothing is on the disc: it is refused by its header.
    truncateSync(path, 2 ** 30);
    await expect(readIdx(path)).rejects.toThrow(`${path}: byte 68: expected 68 bytes for shape [60], got 1073741824`);
  });

  it('are no folders, and are there', async () => {
    await expect(readIdx(folder)).rejects.toThrow(`${folder}: not a file`);
    await expect(readIdx(join(folder, 'none'))).rejects.toThrow(/none: ENOENT/);
  });
});
