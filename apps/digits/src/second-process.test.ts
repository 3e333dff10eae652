/** Readings are compared by their bits, and a second process that fails is not taken for one that agrees. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mostProbable, type Predictions } from './network.ts';
import { comparePredictions, readInSecondProcess } from './second-process.ts';

const row = (...leading: number[]): number[] => [...leading, ...Array<number>(10 - leading.length).fill(0)];

function predictions(...rows: number[][]): Predictions {
  const probabilities = Float32Array.from(rows.flat());
  return { probabilities, classes: mostProbable(probabilities) };
}

describe('comparePredictions', () => {
  const here = predictions(row(0.9, 0.1), row(0.2, 0.8));

  test('equal readings', () => {
    expect(comparePredictions(here, predictions(row(0.9, 0.1), row(0.2, 0.8)))).toEqual({
      compared: 2,
      sameClass: 2,
      sameBits: 2,
    });
  });

  test('one bit counts, and so does the sign of zero', () => {
    const next = predictions(row(0.9, 0.1), row(0.2, 0.8 + 2 ** -24));
    expect(comparePredictions(here, next)).toEqual({ compared: 2, sameClass: 2, sameBits: 1 });
    const negative = predictions(row(0.9, 0.1, -0), row(0.2, 0.8));
    expect(comparePredictions(here, negative).sameBits).toBe(1);
  });

  test('another class, and images that one reading lacks', () => {
    expect(comparePredictions(here, predictions(row(0.1, 0.9)))).toEqual({ compared: 2, sameClass: 0, sameBits: 0 });
  });
});

test('the most probable class is the lowest of equals; without numbers it is 0', () => {
  expect([...mostProbable(Float32Array.from([...row(0, 0.5, 0.5), ...row(Number.NaN)]))]).toEqual([1, 0]);
});

describe('readInSecondProcess', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'digits-second-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function program(text: string): string {
    const path = join(folder, 'program.mjs');
    writeFileSync(path, text);
    return path;
  }
  const job = { model: "it's; a $(name)", seed: 1, backend: 'wasm' };

  test('hands the job over as it is and takes what is written', async () => {
    const path = program(`
      const { model } = JSON.parse(process.argv[2]);
      process.stdout.write(new Uint8Array(Float32Array.of(model.length, 1, 2, 3, 4, 5, 6, 7, 8, 9).buffer));
    `);
    const { predictions: read, processId } = await readInSecondProcess(path, job);
    expect(read.probabilities[0]).toBe(job.model.length);
    expect([...read.classes]).toEqual([0]);
    expect(processId).not.toBe(process.pid);
  });

  test.each([
    ['one that fails', "console.error('no such model'); process.exitCode = 3;", /failed \(3\): no such model/],
    ['one that is killed', "process.kill(process.pid, 'SIGKILL');", /failed \(SIGKILL\)/],
    ['half an image', 'process.stdout.write(new Uint8Array(30));', /wrote 30 bytes/],
  ])('refuses %s', async (_, text, message) => {
    await expect(readInSecondProcess(program(text), job)).rejects.toThrow(message);
  });
});
