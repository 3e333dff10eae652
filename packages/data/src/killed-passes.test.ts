/**
 * Row D10 to the letter: a process is killed at random moments and goes on from its checkpoint, again and again. What it has seen
 * in the end is what a process sees that nobody killed, whatever steps are nested in each other.
 */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bundleProgram, folderWithPackages, type NodeProgram } from '@deft/test-utils';
import { pipelineSteps, writePipelineFiles } from '@deft/test-utils/pipelines';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, it } from 'vitest';
import type { IteratorState } from './index.ts';

const pipelines = fileURLToPath(new URL('../../../test-utils/src/pipelines.ts', import.meta.url));

/**
 * `FOLDER SEED STEPS`: a pipeline of those steps over a source, all drawn with the seed. After every step there are enough elements
 * for the next. Whatever comes is noted in a checkpoint, which replaces the last one at once, and then a line is printed.
 */
const source = `
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setWarningOutput } from '@deft/tensor';
import { range } from '@deft/data';
import fc from 'fast-check';
import { numberOf, pipelineSources, pipelineSteps } from ${JSON.stringify(pipelines)};

setWarningOutput(() => {});
const [folder, seed, names] = process.argv.slice(2);
const drawn = (arbitrary) => fc.sample(arbitrary, { seed: Number(seed), numRuns: 1 })[0];
const steps = pipelineSteps(folder);
const begin = drawn(fc.oneof(...Object.values(pipelineSources(folder.replace(/[^/]*$/, 'files')))));
const enough = (dataset) => dataset.repeat(4).concatenate(range(80)).take(80);
const dataset = names.split(',').reduce((before, name) => enough(drawn(steps[name])(before)), begin());

const path = folder + '/checkpoint';
const iterator = dataset.iterator({ epoch: 1 });
let seen = [];
if (existsSync(path)) {
  const checkpoint = JSON.parse(readFileSync(path, 'utf8'));
  seen = checkpoint.seen;
  await iterator.restore(checkpoint.state);
}
for await (const value of iterator) {
  seen.push(numberOf(value));
  writeFileSync(path + '.new', JSON.stringify({ seen, state: iterator.state() }));
  renameSync(path + '.new', path);
  process.stdout.write('seen\\n');
  await new Promise((resolve) => setTimeout(resolve, 1));
}
process.stdout.write('ended ' + seen.join() + '\\n');
process.exit();
`;

/** Each with every step somewhere in its pipelines. */
const rounds = 2;
const stepsEach = 9;
const killsEach = 12;
/** Of a position: some 40 bytes for each of 36 steps, and the numbers of what their buffers hold. */
const mostBytes = 3000;

const packages = folderWithPackages();
const names = Object.keys(pipelineSteps(packages));
const groups = Array.from({ length: rounds }, (_, round) => {
  const [order = []] = fc.sample(fc.shuffledSubarray(names, { minLength: names.length }), { seed: round, numRuns: 1 });
  const count = Math.ceil(names.length / stepsEach);
  return Array.from({ length: count }, (_, i) => order.slice(i * stepsEach, (i + 1) * stepsEach));
}).flat();

describe.concurrent('a pass that is killed and goes on from its checkpoint', () => {
  let program: NodeProgram;
  beforeAll(async () => {
    mkdirSync(join(packages, 'files'));
    await writePipelineFiles(join(packages, 'files'));
    program = await bundleProgram(packages, source);
  });
  afterAll(() => rmSync(packages, { recursive: true, force: true }));

  it.for(groups.map((group, i) => [i, group.join()] as const))(
    `sees what it would have seen, ${killsEach} times (pipeline %i: %s)`,
    { timeout: 600_000 },
    async ([i, group], { expect }) => {
      const folderOf = (name: string): string => {
        const folder = join(packages, `${name}-${i}`);
        mkdirSync(folder);
        return folder;
      };
      const environment = { DEFT_BACKEND: 'wasm', DEFT_THREADS: '1' };
      const whole = await program.run([folderOf('whole'), String(i), group], environment);
      expect(whole.stderr).toBe('');
      const expected = (whole.stdout.split('\n').at(-2) ?? '').replace('ended ', '').split(',').map(Number);
      expect(expected.length).toBe(80);

      const folder = folderOf('killed');
      let done = 0;
      for (let kill = 0; kill < killsEach; kill++) {
        const running = program.start([folder, String(i), group], environment);
        await running.printedLines(1 + (kill % 4));
        await wait((kill * 0.6180339887 * 9) % 9);
        running.kill();
        const { stdout, stderr } = await running.ending;
        expect(stderr).toBe('');
        const checkpoint = JSON.parse(readFileSync(join(folder, 'checkpoint'), 'utf8')) as {
          readonly seen: readonly number[];
          readonly state: IteratorState;
        };
        expect(checkpoint.seen).toEqual(expected.slice(0, checkpoint.seen.length));
        // What was told had been noted before.
        expect(checkpoint.seen.length).toBeGreaterThanOrEqual(done + stdout.split('seen\n').length - 1);
        done = checkpoint.seen.length;
        expect(JSON.stringify(checkpoint.state.position).length).toBeLessThan(mostBytes);
      }
      const ending = await program.run([folder, String(i), group], environment);
      expect(ending.stderr).toBe('');
      expect(ending.stdout.split('\n').at(-2)).toBe(whole.stdout.split('\n').at(-2));
    },
  );
});
