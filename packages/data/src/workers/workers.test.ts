/** Maps in workers are the same maps. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tensor } from '@deft/tensor';
import { afterAll, describe, expect, it } from 'vitest';
import { fromArray, range } from '../index.ts';

const folder = mkdtempSync(join(tmpdir(), 'deft-workers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const module = pathToFileURL(join(folder, 'functions.mjs'));
writeFileSync(
  module,
  `import { isMainThread } from 'node:worker_threads';
export const filled = (x, { index, epoch, seed }) => ({ data: new Float32Array(3).fill(x), about: [index, epoch, seed, isMainThread] });
export const fails = (x) => { if (x === 3) throw new RangeError('no three'); return x; };
export const ends = () => process.exit(7);
`,
);

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
