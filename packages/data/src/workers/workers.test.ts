/** Maps in workers are the same maps. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tensor } from '@deft/tensor';
import { bundleProgram, folderWithPackages, type ProgramEnding } from '@deft/test-utils';
import fc from 'fast-check';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { closeWorkers, fromArray, range } from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'deft-workers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const module = pathToFileURL(join(folder, 'functions.mjs'));
writeFileSync(
  module,
  `import { isMainThread, threadId } from 'node:worker_threads';
export const filled = (x, { index, epoch, seed }) => ({ data: new Float32Array(3).fill(x), about: [index, epoch, seed, isMainThread] });
export const fails = (x) => { if (x === 3) throw new RangeError('no three'); return x; };
export const ends = () => process.exit(7);
export const endsOnce = (x, { epoch }) => (epoch === 1 && x === 2 ? process.exit(7) : threadId);
export const slow = async (x) => {
  await new Promise((resolve) => setTimeout(resolve, 20));
  return threadId;
};
export const threaded = async (x) => [x, await slow()];
export const stuck = (x) => { while (x > 3); return x; };
export const endsIdle = (x) => {
  setTimeout(() => process.exit(0), 1);
  return x;
};
`,
);

/** What a process prints that does this with `range` and the module, and how it ends. */
async function endingOf(source: string): Promise<ProgramEnding> {
  const own = folderWithPackages();
  try {
    const program = await bundleProgram(
      own,
      `import { closeWorkers, range } from '@deft/data';
      const module = ${JSON.stringify(module.href)};
      ${source}`,
    );
    return await program.run();
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** Threads that live. */
const threads = (): number => (process.report.getReport() as unknown as { workers: unknown[] }).workers.length;
beforeEach(closeWorkers);

describe('mapInWorkers', () => {
  it('gives what map gives, in order, and goes on from a state', async () => {
    const here = await range(12)
      .map((x, { index, epoch, seed }) => ({ data: new Float32Array(3).fill(x), about: [index, epoch, seed, false] }), {
        seed: 4,
      })
      .toArray({ epoch: 2 });
    const make = () => range(12).mapInWorkers<(typeof here)[0]>(module, 'filled', { workers: 2, seed: 4 });
    expect(await make().toArray({ epoch: 2 })).toEqual(here);
    const first = make().iterator({ epoch: 2 });
    for (let i = 0; i < 5; i++) await first.next();
    const state = JSON.parse(JSON.stringify(first.state())) as ReturnType<typeof first.state>;
    await first.close();
    const second = make().iterator();
    await second.restore(state);
    const rest: unknown[] = [];
    for await (const one of second) rest.push(one);
    expect(rest).toEqual(here.slice(5));
  });

  it('passes by what the function throws for, and never what the worker or the module lack', async () => {
    const told: string[] = [];
    const options = { onError: 'skip', onSkip: ({ message }: Error) => void told.push(message) } as const;
    expect(await range(6).mapInWorkers<number>(module, 'fails', options).toArray()).toEqual([0, 1, 2, 4, 5]);
    expect(told.join()).toMatch(/mapInWorkers: element 3: no three/);
    await expect(range(6).mapInWorkers(module, 'none', options).toArray()).rejects.toThrow(/has no function none/);
    await expect(range(6).mapInWorkers(module, 'ends', options).toArray()).rejects.toThrow(/ended with code 7/);
  });

  it('names the element of a failure: of the function, of the module, of the worker, of what cannot be copied', async () => {
    await expect(range(6).mapInWorkers(module, 'fails').toArray()).rejects.toThrow(
      /mapInWorkers: element 3: no three.*E_PIPELINE/s,
    );
    await expect(range(6).mapInWorkers(module, 'none').toArray()).rejects.toThrow(
      /element 0: the module has no function none/,
    );
    await expect(range(6).mapInWorkers(module, 'ends').toArray()).rejects.toThrow(
      /element 0: the worker ended with code 7/,
    );
    const missing = pathToFileURL(join(folder, 'missing.mjs'));
    await expect(range(6).mapInWorkers(missing, 'f').toArray()).rejects.toThrow(/element 0: Cannot find module/);
    await expect(
      fromArray([tensor([1])])
        .mapInWorkers(module, 'fails')
        .toArray(),
    ).rejects.toThrow(/element 0: .*clone/);
  });
});

describe('workers are kept across passes', () => {
  it('and the module with them, by all passes over it, to so many; no thread is left when they are closed', async () => {
    const before = threads();
    const mapped = range(12).mapInWorkers<number>(module, 'slow', { workers: 2 });
    const first = new Set(await mapped.toArray());
    expect(first.size).toBe(2);
    const others = range(7).shuffle(3).mapInWorkers<number>(module, 'slow', { workers: 2 });
    for (const again of [mapped, others, mapped]) expect(new Set(await again.toArray())).toEqual(first);
    expect(threads()).toBe(before + 2);
    const atOnce = await Promise.all([mapped.toArray(), others.toArray(), mapped.toArray()]);
    expect(new Set(atOnce.flat()).size).toBe(6);
    expect(threads()).toBe(before + 2);
    await closeWorkers();
    expect(threads()).toBe(before);
    for (const id of new Set(await mapped.toArray())) expect(first).not.toContain(id);
  });

  it('also when passes end early, whatever the worker is at', async () => {
    const before = threads();
    const stop = fc.array(fc.tuple(fc.nat(4), fc.constantFrom('slow', 'stuck', 'fails')), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(stop, async (passes) => {
        for (const [count, exported] of passes) {
          const iterator = range(20).mapInWorkers(module, exported, { workers: 2 }).iterator();
          const taken = exported === 'stuck' ? Math.min(count, 1) : count;
          for (let i = 0; i < taken; i++) await iterator.next().catch(() => {});
          await iterator.close();
          expect(threads()).toBeLessThanOrEqual(before + 2);
        }
        await closeWorkers();
      }),
      { numRuns: 8 },
    );
  });

  it('by passes that end early, again and again', async () => {
    const mapped = range(100).mapInWorkers<number>(module, 'slow', { workers: 2 });
    const ids = new Set<number>();
    for (let pass = 0; pass < 5; pass++) for (const id of await mapped.take(3).toArray()) ids.add(id);
    expect(ids.size).toBe(2);
  });

  it('for every step over the module', async () => {
    const before = threads();
    const twice = range(20)
      .mapInWorkers<number>(module, 'slow', { workers: 2 })
      .mapInWorkers<readonly number[]>(module, 'threaded', { workers: 2 });
    const ids = async () => new Set((await twice.toArray()).flat());
    const first = await ids();
    expect(first.size).toBe(4);
    for (let pass = 0; pass < 2; pass++) expect(await ids()).toEqual(first);
    expect(threads()).toBe(before + 4);
  });

  it('a worker that ends is an error of its element, and is replaced in the next pass', async () => {
    const before = threads();
    const mapped = range(4).mapInWorkers<number>(module, 'endsOnce');
    const first = await mapped.toArray({ epoch: 0 });
    await expect(mapped.toArray({ epoch: 1 })).rejects.toThrow(/element 2: the worker ended with code 7/);
    const next = await mapped.toArray({ epoch: 2 });
    expect(new Set([...first, ...next]).size).toBe(2);
    const idle = range(1).mapInWorkers<number>(module, 'endsIdle');
    for (let pass = 0; pass < 3; pass++) {
      expect(await idle.toArray()).toEqual([0]);
      do await new Promise((resolve) => setTimeout(resolve, 20));
      while (threads() > before);
    }
  });

  it('without keeping the process', async () => {
    const printed = await endingOf(`
      const mapped = range(9).mapInWorkers(module, 'slow', { workers: 2 });
      for (let pass = 0; pass < 2; pass++) console.log((await mapped.toArray()).length);
      for await (const _ of mapped) break;`);
    expect(printed).toMatchObject({ status: 0, stdout: '9\n9\n', stderr: '' });
  });

  it('and the process stays while one is closed, whose replies to what was given up still come', async () => {
    const printed = await endingOf(`
      const mapped = range(100).mapInWorkers(module, 'fails', { onError: 'skip' });
      for (let pass = 0; pass < 10; pass++) {
        const iterator = mapped.iterator();
        await iterator.next();
        // Replies arrive, and wait to be read.
        for (const until = performance.now() + 20; performance.now() < until; );
        await iterator.close();
        await closeWorkers();
        console.log(pass);
      }`);
    expect(printed).toMatchObject({ status: 0, stdout: '0\n1\n2\n3\n4\n5\n6\n7\n8\n9\n', stderr: '' });
  });
});
