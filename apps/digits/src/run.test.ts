/**
 * The whole program on a handful of images, in this process and with a real second one, and what it says to arguments
 * and files that cannot be used.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RandomNumbers } from './random-numbers.ts';
import { run } from './run.ts';

let folder: string;
let reloadProgram: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'digits-run-'));
  writeStripes(join(folder, 'stripes'), 200);
  reloadProgram = join(folder, 'reload.mjs');
  await buildReload(folder);
}, 120_000);
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Builds the second process's program out of the sources, as one file. */
async function buildReload(target: string): Promise<void> {
  const packages = fileURLToPath(new URL('../../../packages/', import.meta.url));
  await build({
    configFile: false,
    logLevel: 'silent',
    resolve: { alias: [{ find: /^@deft\/([a-z-]+)$/, replacement: `${packages}$1/src/index.ts` }] },
    ssr: { noExternal: true },
    build: {
      ssr: fileURLToPath(new URL('./reload.ts', import.meta.url)),
      target: 'node20',
      outDir: target,
      emptyOutDir: false,
      // Not shaken: in the sources, unlike in the packages, nothing says which modules are there for their effect.
      rollupOptions: { treeshake: false, output: { entryFileNames: 'reload.mjs' } },
    },
  });
}

/** A folder of idx files: stripes that run down (class 0) or across (class 1), some wider than others, with noise. */
function writeStripes(target: string, count: number): void {
  const random = new RandomNumbers(5);
  const pixels = Uint8Array.from({ length: count * 784 }, (_, at) => {
    const image = Math.floor(at / 784);
    const along = image % 2 === 0 ? at % 28 : Math.floor((at % 784) / 28);
    const isInk = along % (6 + (image % 3)) < 3;
    return (isInk ? 200 : 0) + random.below(50);
  });
  const header = (...words: number[]): Uint8Array => {
    const bytes = new Uint8Array(4 * words.length);
    for (const [index, word] of words.entries()) {
      new DataView(bytes.buffer).setUint32(4 * index, word);
    }
    return bytes;
  };
  const labels = Uint8Array.from({ length: count }, (_, image) => image % 2);
  mkdirSync(target);
  writeFileSync(join(target, 'train-images-idx3-ubyte'), Buffer.concat([header(0x803, count, 28, 28), pixels]));
  writeFileSync(join(target, 'train-labels-idx1-ubyte'), Buffer.concat([header(0x801, count), labels]));
}

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function running(words: readonly string[], columns?: number): Promise<Outcome> {
  let [out, err] = ['', ''];
  const code = await run(words, {
    stdout: { write: (text) => (out += text), columns },
    stderr: { write: (text) => (err += text) },
    folder,
    colour: false,
    now: () => performance.now(),
    reloadProgram,
  });
  return { code, out, err };
}

describe('the main job', () => {
  const words = ['--data', 'stripes', '--epochs', '2', '--batch-size', '16', '--seed', '3', '--out', 'written'];

  test('trains, tests, draws, saves, and a second process predicts the same', async () => {
    const { code, out, err } = await running(words, 90);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/160 training and 40 test images \(stratified, seed 3\)/);
    expect(out).toMatch(/eager +[\d.]+ ms per step +[\d,]+ images\/s/);
    expect(out).toMatch(/captured +[\d.]+ ms per step +[\d,]+ images\/s/);
    expect(out).toMatch(/Epoch 2\/2 +100% .* test \d+\.\d\d%/);
    expect(out).toMatch(/accuracy (9\d|100)\.\d\d%/);
    expect(out).toMatch(/40 of 40 equal, bit for bit +✓ all/);
    expect(out).toMatch(/over 20 steps +✓ at most 1e-4/);
    // Nothing is promised for other data than the default ones.
    expect(out).not.toContain('at least 98.0 %');
    const lines = out.split('\n').filter((line) => !line.includes(folder));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(90);
    for (const name of ['loss.svg', 'wrong-digits.svg']) {
      expect(readFileSync(join(folder, 'written', name), 'utf8')).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
    }
    expect(existsSync(join(folder, 'written', 'model.safetensors'))).toBe(true);
  });

  test('is the same again with the same seed', async () => {
    const model = (): Buffer => readFileSync(join(folder, 'written', 'model.safetensors'));
    const before = model();
    await running(words);
    expect(model().equals(before)).toBe(true);
  });
});

test('--help lists every option and leaves', async () => {
  const { code, out, err } = await running(['--help']);
  expect([code, err]).toEqual([0, '']);
  for (const option of ['--epochs', '--batch-size', '--seed', '--backend', '--data', '--out', '--help']) {
    expect(out).toContain(option);
  }
});

describe('what cannot be used gives one line and exit code 2', () => {
  beforeAll(() => {
    writeFileSync(join(folder, 'a-file'), '');
    mkdirSync(join(folder, 'empty'));
    writeStripes(join(folder, 'truncated'), 20);
    truncateSync(join(folder, 'truncated', 'train-images-idx3-ubyte'), 5000);
    writeStripes(join(folder, 'swapped'), 20);
    writeFileSync(
      join(folder, 'swapped', 'train-labels-idx1-ubyte'),
      readFileSync(join(folder, 'swapped', 'train-images-idx3-ubyte')),
    );
  });

  test.each([
    [['--epoch', '3'], "unknown option '--epoch'"],
    [['--epochs', '0'], '--epochs takes a whole number'],
    [['--backend', 'abacus'], "--backend takes auto or native or wasm or reference, got 'abacus'"],
    [['--data', 'nowhere'], 'nowhere: no such file or folder'],
    [['--data', 'a-file'], 'a-file: not a folder'],
    [['--data', 'empty'], 'train-images-idx3-ubyte: no such file'],
    [['--data', 'truncated'], 'byte 5000: expected 15696 bytes'],
    [['--data', 'swapped'], 'byte 2: holds uint8[20, 28, 28], expected uint8[n]'],
    [['--data', 'stripes', '--out', 'a-file'], 'a-file: cannot be written'],
    [['--data', 'stripes', '--out', 'a-file/within'], 'within: cannot be written'],
  ])('%j', async (words, complaint) => {
    const { code, out, err } = await running(words);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^digits: [^\n]+\n$/);
    expect(err).toContain(complaint);
  });
});
