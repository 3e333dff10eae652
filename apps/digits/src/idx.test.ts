/** Whole idx files are read, and every damaged one gives one line with file and byte. Files lie in a temporary folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readIdxImages, readIdxLabels } from './idx.ts';
import { readIdxFolder } from './idx-folder.ts';
import { InputError } from './input-error.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'digits-idx-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function idx(magic: number, dimensions: readonly number[], body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * dimensions.length + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic);
  for (const [position, size] of dimensions.entries()) {
    view.setUint32(4 + 4 * position, size);
  }
  bytes.set(body, 4 + 4 * dimensions.length);
  return bytes;
}

const pixels = (count: number): Uint8Array =>
  Uint8Array.from({ length: count * 784 }, (_, at) => (at * 31 + (at >> 3)) & 255);
const images = (count: number): Uint8Array => idx(0x803, [count, 28, 28], pixels(count));
const labels = (...values: number[]): Uint8Array => idx(0x801, [values.length], Uint8Array.from(values));

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** The line that `run` complains with, less the folder's path. */
function complaint(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    const { message, exitCode } = error as InputError;
    expect(exitCode).toBe(2);
    expect(message).not.toMatch(/\n/);
    return message.replaceAll(`${folder}/`, '');
  }
  throw new Error('no complaint');
}

describe('whole files', () => {
  test('images, unpacked and packed', () => {
    expect(readIdxImages(write('whole', images(3)))).toEqual(pixels(3));
    expect(Uint8Array.from(readIdxImages(write('whole.gz', gzipSync(images(3)))))).toEqual(pixels(3));
  });

  test('labels, unpacked and packed', () => {
    expect([...readIdxLabels(write('labels', labels(0, 9, 5)))]).toEqual([0, 9, 5]);
    expect([...readIdxLabels(write('labels.gz', gzipSync(labels(0, 9, 5))))]).toEqual([0, 9, 5]);
  });

  test('gzip files of several members, and of any level', () => {
    const bytes = images(4);
    const members = Buffer.concat([gzipSync(bytes.subarray(0, 1000)), gzipSync(bytes.subarray(1000), { level: 0 })]);
    expect(Uint8Array.from(readIdxImages(write('members.gz', members)))).toEqual(pixels(4));
  });

  test('no images at all', () => {
    expect(readIdxImages(write('none', images(0))).length).toBe(0);
    expect(readIdxLabels(write('none.gz', gzipSync(labels()))).length).toBe(0);
  });
});

describe('damaged files', () => {
  const header = images(0);

  test.each<[string, Uint8Array, string | RegExp]>([
    ['empty', Uint8Array.of(), 'empty: byte 0: truncated inside the header of 16 bytes'],
    ['stub', header.subarray(0, 3), 'stub: byte 3: truncated inside the header of 16 bytes'],
    ['header', header.subarray(0, 15), 'header: byte 15: truncated inside the header of 16 bytes'],
    ['magic', labels(1, 2), 'magic: byte 0: wrong magic number 0x00000801, expected 0x00000803 (idx images)'],
    ['short', images(2).subarray(0, 1000), 'short: byte 1000: truncated here, but the header promises 1584 bytes'],
    ['long', Buffer.concat([images(1), Buffer.of(1, 2)]), 'long: byte 800: 2 trailing bytes after the promised 800'],
    ['size', idx(0x803, [1, 32, 28], pixels(1)), 'size: byte 8: images of 32 × 28 pixels, expected 28 × 28'],
    [
      'count',
      idx(0x803, [0xffffffff, 28, 28], pixels(1)),
      'count: byte 4: 4294967295 images promised, at most 500000 are read',
    ],
    [
      'promise',
      idx(0x803, [500000, 28, 28], pixels(1)),
      'promise: byte 800: truncated here, but the header promises 392000016 bytes',
    ],
    ['empty.gz', Uint8Array.of(), 'empty.gz: byte 0: the file is empty'],
    ['byte.gz', Uint8Array.of(0x1f), 'byte.gz: byte 0 of the unpacked data: truncated inside the header of 16 bytes'],
    ['plain.gz', images(1), 'plain.gz: byte 0: not a gzip file (it must begin with the bytes 1f 8b)'],
    [
      'magic.gz',
      gzipSync(labels(1)),
      'magic.gz: byte 0 of the unpacked data: wrong magic number 0x00000801, expected 0x00000803 (idx images)',
    ],
    [
      'short.gz',
      gzipSync(images(2).subarray(0, 1000)),
      'short.gz: byte 1000 of the unpacked data: truncated here, but the header promises 1584 bytes',
    ],
    [
      'long.gz',
      gzipSync(Buffer.concat([images(1), Buffer.of(1)])),
      'long.gz: byte 800 of the unpacked data: trailing bytes after the promised 800',
    ],
    [
      'zeros.gz',
      Buffer.concat([gzipSync(header), Buffer.alloc(4)]),
      'zeros.gz: byte 29: 4 trailing bytes after the gzip data',
    ],
    [
      'tail.gz',
      Buffer.concat([gzipSync(header), Buffer.from('tail')]),
      'tail.gz: byte 30: damaged gzip data (incorrect header check)',
    ],
    [
      'bomb.gz',
      gzipSync(Buffer.concat([images(1), Buffer.alloc(50_000_000)])),
      'bomb.gz: byte 800 of the unpacked data: trailing bytes after the promised 800',
    ],
    [
      'promise.gz',
      gzipSync(idx(0x803, [500000, 28, 28], Uint8Array.of())),
      /^promise\.gz: byte (\d+): truncated here, \1 packed bytes cannot hold the promised 392000016$/,
    ],
    [
      'padded.gz',
      Buffer.concat([gzipSync(images(1)), Buffer.alloc(200_000)]),
      /^padded\.gz: 2\d{5} packed bytes are too many for the promised 800$/,
    ],
  ])('%s', (name, bytes, line) => {
    const path = write(name, bytes);
    const found = complaint(() => readIdxImages(path));
    typeof line === 'string' ? expect(found).toBe(line) : expect(found).toMatch(line);
  });

  test('a label beyond 9', () => {
    const path = write('labels10', labels(3, 10, 11));
    expect(complaint(() => readIdxLabels(path))).toBe('labels10: byte 9: label 10, but labels go from 0 to 9');
  });

  test('a folder in place of a file, and no file', () => {
    expect(complaint(() => readIdxImages(join(folder, '.')))).toMatch(/: not a file$/);
    expect(complaint(() => readIdxImages(join(folder, 'absent')))).toBe('absent: no such file or folder');
  });

  test('a checksum that does not fit is found at the end', () => {
    const packed = gzipSync(images(2));
    packed[packed.length - 8] = (packed[packed.length - 8] ?? 0) ^ 1;
    const path = write('crc.gz', packed);
    const at = packed.length - 5;
    expect(complaint(() => readIdxImages(path))).toBe(`crc.gz: byte ${at}: damaged gzip data (incorrect data check)`);
  });

  test('every truncation of a packed file complains', () => {
    const packed = gzipSync(labels(...Array.from({ length: 60 }, (_, at) => at % 10)));
    for (let length = 0; length < packed.length; length += 1) {
      const path = write('cut.gz', packed.subarray(0, length));
      expect(complaint(() => readIdxLabels(path))).toMatch(/^cut\.gz: byte \d+/);
    }
  });

  test('a changed byte of a packed file complains or changes nothing', () => {
    const whole = labels(...Array.from({ length: 60 }, (_, at) => (at * at) % 10));
    const packed = gzipSync(whole);
    fc.assert(
      fc.property(fc.nat({ max: packed.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, mask) => {
        const changed = Uint8Array.from(packed);
        changed[at] = (changed[at] ?? 0) ^ mask;
        const path = write('changed.gz', changed);
        try {
          // Header fields such as the time or the name's flag bits may change without touching the data.
          expect([...readIdxLabels(path)]).toEqual([...whole.subarray(8)]);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect((error as Error).message).toContain('changed.gz: ');
        }
      }),
    );
  });
});

describe('readIdxFolder', () => {
  function fill(name: string, files: Record<string, Uint8Array>): string {
    const path = join(folder, name);
    mkdirSync(path);
    for (const [file, bytes] of Object.entries(files)) {
      writeFileSync(join(path, file), bytes);
    }
    return path;
  }

  const train = { 'train-images-idx3-ubyte': images(2), 'train-labels-idx1-ubyte.gz': gzipSync(labels(7, 8)) };

  test('reads the training files alone, values scaled to 0..1', () => {
    const set = readIdxFolder(fill('train', train));
    expect(set.test).toBeUndefined();
    expect([...set.train.labels]).toEqual([7, 8]);
    expect([...set.train.images]).toEqual([...pixels(2)].map((grey) => Math.fround(grey / 255)));
  });

  test('reads the test files where there are some', () => {
    const test = { 't10k-images-idx3-ubyte.gz': gzipSync(images(1)), 't10k-labels-idx1-ubyte': labels(4) };
    expect([...(readIdxFolder(fill('both', { ...train, ...test })).test?.labels ?? [])]).toEqual([4]);
  });

  test('prefers the unpacked file', () => {
    const twin = { ...train, 'train-labels-idx1-ubyte': labels(1, 2) };
    expect([...readIdxFolder(fill('twin', twin)).train.labels]).toEqual([1, 2]);
  });

  test.each<[string, Record<string, Uint8Array>, string]>([
    ['bare', {}, 'bare/train-images-idx3-ubyte: no such file, with or without .gz'],
    [
      'half',
      { ...train, 't10k-labels-idx1-ubyte': labels(1) },
      'half/t10k-images-idx3-ubyte: no such file, with or without .gz',
    ],
    [
      'unequal',
      { ...train, 'train-labels-idx1-ubyte': labels(1) },
      'unequal/train-labels-idx1-ubyte: byte 4: 1 labels, but unequal/train-images-idx3-ubyte has 2 images',
    ],
    [
      'none-at-all',
      { 'train-images-idx3-ubyte': images(0), 'train-labels-idx1-ubyte': labels() },
      'none-at-all/train-images-idx3-ubyte: byte 4: holds no images',
    ],
  ])('%s', (name, files, line) => {
    const path = fill(name, files);
    expect(complaint(() => readIdxFolder(path))).toBe(line);
  });

  test('no folder, and a file in its place', () => {
    expect(complaint(() => readIdxFolder(join(folder, 'nowhere')))).toBe('nowhere: no such file or folder');
    expect(complaint(() => readIdxFolder(write('file', images(1))))).toBe('file: not a folder');
  });
});
