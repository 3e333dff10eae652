/** A folder's files are found and read, and what does not fit gives one line with file and byte. Files lie in a temporary folder. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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

/** The line that `run` complains with, less the folder's path. */
async function complaint(run: () => Promise<unknown>): Promise<string> {
  try {
    await run();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    const { message, exitCode } = error as InputError;
    expect(exitCode).toBe(2);
    expect(message).not.toMatch(/\n/);
    return message.replaceAll(`${folder}/`, '');
  }
  throw new Error('no complaint');
}

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

  test('reads the training files alone, values scaled to 0..1', async () => {
    const set = await readIdxFolder(fill('train', train));
    expect(set.test).toBeUndefined();
    expect([...set.train.labels]).toEqual([7, 8]);
    expect([...set.train.images]).toEqual([...pixels(2)].map((grey) => Math.fround(grey / 255)));
  });

  test('reads the test files where there are some', async () => {
    const test = { 't10k-images-idx3-ubyte.gz': gzipSync(images(1)), 't10k-labels-idx1-ubyte': labels(4) };
    expect([...((await readIdxFolder(fill('both', { ...train, ...test }))).test?.labels ?? [])]).toEqual([4]);
  });

  test('prefers the unpacked file', async () => {
    const twin = { ...train, 'train-labels-idx1-ubyte': labels(1, 2) };
    expect([...(await readIdxFolder(fill('twin', twin))).train.labels]).toEqual([1, 2]);
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
    [
      'beyond-nine',
      { ...train, 'train-labels-idx1-ubyte': labels(3, 10) },
      'beyond-nine/train-labels-idx1-ubyte: byte 9: label 10, but labels go from 0 to 9',
    ],
    [
      'beyond-nine-packed',
      { ...train, 'train-labels-idx1-ubyte.gz': gzipSync(labels(11, 1)) },
      'beyond-nine-packed/train-labels-idx1-ubyte.gz: byte 8 of the unpacked data: label 11, but labels go from 0 to 9',
    ],
    [
      'swapped',
      { ...train, 'train-labels-idx1-ubyte.gz': gzipSync(images(2)) },
      'swapped/train-labels-idx1-ubyte.gz: byte 2 of the unpacked data: holds uint8[2, 28, 28], expected uint8[n]',
    ],
    [
      'swapped-back',
      { ...train, 'train-images-idx3-ubyte': labels(1, 2) },
      'swapped-back/train-images-idx3-ubyte: byte 2: holds uint8[2], expected uint8[n, 28, 28]',
    ],
    [
      'other-sizes',
      { ...train, 'train-images-idx3-ubyte': idx(0x803, [1, 32, 28], new Uint8Array(32 * 28)) },
      'other-sizes/train-images-idx3-ubyte: byte 2: holds uint8[1, 32, 28], expected uint8[n, 28, 28]',
    ],
    [
      'other-numbers',
      { ...train, 'train-images-idx3-ubyte': idx(0x903, [1, 28, 28], pixels(1)) },
      'other-numbers/train-images-idx3-ubyte: byte 2: holds int8[1, 28, 28], expected uint8[n, 28, 28]',
    ],
    [
      'too-many-images',
      { ...train, 'train-images-idx3-ubyte': idx(0x803, [500_001, 28, 28], pixels(1)) },
      'too-many-images/train-images-idx3-ubyte: byte 4: 392000800 bytes for shape [500001, 28, 28], more than the 392000016 allowed',
    ],
    [
      'too-many-labels',
      { ...train, 'train-labels-idx1-ubyte.gz': gzipSync(idx(0x801, [500_001], new Uint8Array(500_001))) },
      'too-many-labels/train-labels-idx1-ubyte.gz: byte 4 of the unpacked data: 500009 bytes for shape [500001], more than the 500008 allowed',
    ],
    [
      'truncated',
      { ...train, 'train-images-idx3-ubyte': images(2).subarray(0, 1000) },
      'truncated/train-images-idx3-ubyte: byte 1000: expected 1584 bytes for shape [2, 28, 28], got 1000',
    ],
    [
      'bomb',
      { ...train, 'train-labels-idx1-ubyte.gz': gzipSync(Buffer.concat([labels(1, 2), Buffer.alloc(5_000_000)])) },
      'bomb/train-labels-idx1-ubyte.gz: byte 10 of the unpacked data: expected 10 bytes for shape [2], got more',
    ],
  ])('%s', async (name, files, line) => {
    const path = fill(name, files);
    expect(await complaint(() => readIdxFolder(path))).toBe(line);
  });

  test('no folder, and one in place of another thing', async () => {
    const missing = join(folder, 'nowhere');
    expect(await complaint(() => readIdxFolder(missing))).toBe('nowhere: no such file or folder');
    const file = join(fill('here', train), 'train-images-idx3-ubyte');
    expect(await complaint(() => readIdxFolder(file))).toBe('here/train-images-idx3-ubyte: not a folder');
    const inside = fill('folders', { 'train-images-idx3-ubyte': images(1) });
    mkdirSync(join(inside, 'train-labels-idx1-ubyte'));
    expect(await complaint(() => readIdxFolder(inside))).toBe('folders/train-labels-idx1-ubyte: not a file');
  });

  test('a name with a line break stays within its line', async () => {
    const path = fill('two\nlines', { ...train, 'train-images-idx3-ubyte': images(2).subarray(0, 3) });
    expect(await complaint(() => readIdxFolder(path))).toBe(
      'two\\u000alines/train-images-idx3-ubyte: byte 3: the file ends within its magic number',
    );
  });
});
