/**
 * Processes that are killed while they save and while they train. What lies on the disk is the old file or the new one
 * whole, and training that was killed again and again ends as training that was not.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { bundleProgram, folderWithPackages, type NodeProgram, type ProgramEnding } from '@deft/test-utils';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { decodeChecked } from './checked-file.ts';
import { loadModel } from './index.ts';

/**
 * `save PATH FROM`: saves models all of whose weights are FROM, FROM + 1, …, and prints each number when its model is saved.
 * `train PATH OF`: trains with a backup after every batch, prints a line a batch, and in the end the weights and the history. What
 * is trained on are arrays, or a dataset that shuffles, adds noise and reads ahead.
 */
const source = `
import { fromTensors } from '@deft/data';
import { backupAndRestore, earlyStopping, layers, sequential } from '@deft/keras';
import { adam } from '@deft/optim';
import { full } from '@deft/tensor';
const [word, path, from] = process.argv.slice(2);
if (word === 'save') {
  const model = sequential([layers.dense(256)], { inputShape: [256] });
  for (let n = Number(from); ; n++) {
    await model.setWeights([full([256, 256], n), full([256], n)]);
    await model.saveModel(path);
    process.stdout.write(n + '\\n');
  }
}
const x = Array.from({ length: 46 }, (_, i) => [Math.sin(i), Math.cos(3 * i), i / 11]);
const y = x.map(([a, b]) => [a * b]);
const model = sequential([layers.dense(8, { activation: 'relu' }), layers.dropout(0.2), layers.dense(1)], { seed: 3 });
model.compile({ optimizer: adam({ clipnorm: 1 }), loss: 'mse', metrics: ['mae'] });
const told = { onBatchEnd: (batch) => void process.stdout.write('batch ' + batch + '\\n') };
const callbacks = [backupAndRestore(path, { saveFreq: 1 }), earlyStopping({ monitor: 'loss', patience: 30, restoreBestWeights: true }), told];
const options = { epochs: 25, callbacks };
const dataset = fromTensors({ x, y })
  .shuffle(20, { seed: 2 })
  .map(async (one, { random }) => ({ ...one, x: one.x.map((a) => a + random() / 100) }), { parallel: 3, seed: 7 })
  .batch(6)
  .prefetch(2);
const { history } = await (from === 'dataset' ? model.fit(dataset, options) : model.fit(x, y, { ...options, batchSize: 6 }));
const weights = (await model.getWeights()).map((w) => Array.from(new Uint32Array(w.dataSync().slice().buffer)));
process.stdout.write('ended ' + JSON.stringify({ history, weights }) + '\\n');
`;

// A hundred together of models and arrays.
const savingKills = 60;
const trainingKills = { arrays: 40, dataset: 25 } as const;
/** Many processes are started, one after the other. */
const timeout = 600_000;

describe.concurrent('a process that is killed', () => {
  const packages = folderWithPackages();
  const folder = join(packages, 'files');
  let program: NodeProgram;
  beforeAll(async () => {
    await mkdir(folder);
    program = await bundleProgram(packages, source);
  });
  afterAll(() => rm(packages, { recursive: true, force: true }));
  const environment = { DEFT_BACKEND: 'wasm', DEFT_THREADS: '1' };

  /** Starts the program and kills it some time after it has printed so many lines. */
  async function killed(words: readonly string[], lines: number, delay: number): Promise<ProgramEnding> {
    const running = program.start(words, environment);
    await running.printedLines(lines);
    await wait(delay);
    running.kill();
    return running.ending;
  }
  const linesOf = ({ stdout }: ProgramEnding): string[] => stdout.split('\n').filter(Boolean);
  /** A number from 0 to below `end` that differs from kill to kill, the same in every run. */
  const spread = (i: number, end: number): number => (i * 0.6180339887 * end) % end;

  it(
    `leaves the old model or the new one, ${savingKills} times`,
    async ({ expect }) => {
      const path = join(folder, 'model.safetensors');
      let present = -1;
      for (let i = 0; i < savingKills; i++) {
        const ending = await killed(['save', path, String(present + 1)], 1, spread(i, 30));
        expect(ending.stderr).toBe('');
        const last = Number(linesOf(ending).at(-1));
        const model = await loadModel(path);
        const numbers = (await model.getWeights()).flatMap((w) => [...(w.dataSync() as unknown as Float32Array)]);
        present = numbers[0] as number;
        expect([last, last + 1]).toContain(present);
        expect(numbers.every((one) => one === present)).toBe(true);
      }
      const leftover = (await readdir(folder)).filter((name) => name.startsWith('model'));
      expect(leftover.length).toBeLessThanOrEqual(2);
    },
    timeout,
  );

  it.for(['arrays', 'dataset'] as const)(
    'trains on from its backup (%s), and ends as if it had not been',
    { timeout },
    async (of, { expect }) => {
      const own = join(folder, of);
      await mkdir(own);
      const path = join(own, 'backup');
      const whole = await program.run(['train', join(own, 'whole'), of], environment);
      expect(whole.stderr).toBe('');
      let done = 0;
      for (let i = 0; i < trainingKills[of]; i++) {
        const ending = await killed(['train', path, of], 1 + (i % 3), spread(i, 12));
        expect(ending.stderr).toBe('');
        expect(ending.stdout).not.toContain('ended');
        const bytes = await readFile(path).catch(() => undefined);
        const { progress } = bytes ? decodeChecked('test', bytes, 'deft-training', ['1']).description : {};
        const { epoch, batch } = (progress ?? { epoch: 0, batch: 0 }) as { epoch: number; batch: number };
        // A batch is told before it is backed up, so the last one may have to be done again.
        const least = done + linesOf(ending).length - 1;
        const now = epoch * 8 + batch;
        expect(now).toBeGreaterThanOrEqual(least);
        expect(now).toBeLessThanOrEqual(least + 1);
        done = now;
      }
      const ending = await program.run(['train', path, of], environment);
      expect(linesOf(ending).at(-1)).toBe(linesOf(whole).at(-1));
      expect(linesOf(ending).at(-1)).toMatch(/^ended/);
      // A backup is removed in the end, and with it what the killed left unfinished.
      expect(await readdir(own)).toEqual([]);
    },
  );
});
