/** The pool: its workers run, fail in the open, and end with the pool and with the process. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { build } from 'vite';
import { afterAll, describe, expect, it } from 'vitest';
import { i32, ModuleBuilder } from '../assembler/index.ts';
import { planThreads, type StartedWorker, type StartWorker } from './platform.ts';
import { type PoolOptions, type SharedFunction, ThreadPool } from './thread-pool.ts';

const start: StartWorker = planThreads(2).start;
const memory = new WebAssembly.Memory({ initial: 2, maximum: 2, shared: true });
const ints = new Int32Array(memory.buffer);

const module = new ModuleBuilder();
module.importMemory({ shared: true, maximumPages: 2 });
const parameters = { from: 'i32', to: 'i32', part: 'i32', argument: 'i32' } as const;
module.function({ name: 'number', parameters, exported: true }, (f, { from, to, part, argument }) => {
  const i = f.let(from);
  f.while(i32.ltU(i, to), () => {
    f.store.i32(i32.shl(i, 2), i32.add(i32.mul(part, 1000), argument));
    f.increment(i, 1);
  });
});
module.function({ name: 'trap', parameters, exported: true }, (f, { part, argument }) => {
  f.if(i32.eq(part, argument), () => f.unreachable());
});
module.function({ name: 'hang', parameters, exported: true }, (f, { part }) => {
  f.if(part, () => f.loop((again) => f.branch(again)));
});
const bytes = module.finish();
const exported = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } }).exports;
const pointer = 65536;
new Uint8Array(memory.buffer).set(bytes, pointer);

const shared = (name: string): SharedFunction => ({
  run: exported[name] as SharedFunction['run'],
  moduleId: 0,
  modulePointer: pointer,
  moduleLength: bytes.length,
  exported: Object.keys(exported).indexOf(name),
});

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

async function startedPool(threads: number, options: PoolOptions, starter: StartWorker = start): Promise<ThreadPool> {
  const pool = new ThreadPool(memory, threads, starter, options);
  while (pool.available() < threads) await turn();
  return pool;
}

describe('a pool', () => {
  it('runs each part on a thread of its own', async () => {
    const pool = await startedPool(3, { takesBack: false });
    for (const argument of [7, 8]) {
      pool.run(shared('number'), [0, 3, 5, 6], [argument]);
      expect([...ints.subarray(0, 7)].map((value) => value - argument)).toEqual([0, 0, 0, 1000, 1000, 2000, -argument]);
    }
    pool.run(shared('number'), [0, 2, 4], [9]);
    expect([...ints.subarray(0, 7)]).toEqual([9, 9, 1009, 1009, 1008, 2008, 0]);
    pool.end();
  });

  it('runs all parts on the caller while there is no worker', () => {
    const pool = new ThreadPool(memory, 3, () => ({ terminate: () => undefined }));
    expect(pool.available()).toBe(1);
    pool.run(shared('number'), [0, 1, 2, 3], [4]);
    expect([...ints.subarray(0, 3)]).toEqual([4, 1004, 2004]);
  });

  it('says when a worker fails, and goes on afterwards', async () => {
    const pool = await startedPool(3, { takesBack: false });
    expect(() => pool.run(shared('trap'), [0, 1, 2, 3], [2])).toThrow(/^internal: a worker failed: .*unreachable/);
    expect(() => pool.run(shared('trap'), [0, 1, 2, 3], [0])).toThrow(WebAssembly.RuntimeError);
    pool.run(shared('number'), [0, 1, 2, 3], [5]);
    expect([...ints.subarray(0, 3)]).toEqual([5, 1005, 2005]);
    pool.end();
  });

  it('does not wait for a worker that never comes back', async () => {
    const pool = await startedPool(2, { takesBack: false, graceMilliseconds: 50 });
    expect(() => pool.run(shared('hang'), [0, 1, 2], [0])).toThrow(/^internal: a worker failed: it did not come back/);
    expect(pool.available()).toBe(1);
  });

  it('says when a worker has ended, and goes on without it', async () => {
    const workers: StartedWorker[] = [];
    const pool = await startedPool(2, {}, (...args) => {
      const worker = start(...args);
      workers.push(worker);
      return worker;
    });
    workers[0]?.terminate();
    // It may not have been noticed yet: then the caller does the work of the dead.
    pool.run(shared('number'), [0, 1, 2], [3]);
    expect([...ints.subarray(0, 2)]).toEqual([3, 1003]);
    while (pool.available() > 1) await turn();
    expect(() => pool.run(shared('number'), [0, 1, 2], [0])).toThrow(/^internal: a worker was lost/);
    pool.run(shared('number'), [0, 1, 2], [6]);
    expect([...ints.subarray(0, 2)]).toEqual([6, 1006]);
  });

  it('computes on the caller when workers cannot be started', () => {
    const pool = new ThreadPool(memory, 2, () => {
      throw new Error('no workers today');
    });
    expect(pool.available()).toBe(1);
    expect(pool.problem).toBe('a worker could not be started: no workers today');
    pool.run(shared('number'), [0, 1, 2], [2]);
    expect([...ints.subarray(0, 2)]).toEqual([2, 1002]);
  });

  it('ends its workers when it is collected', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    let ended = 0;
    const counting: StartWorker = (...args) => {
      const worker = start(...args);
      return {
        terminate: () => {
          ended++;
          worker.terminate();
        },
      };
    };
    await (async () => {
      const pool = await startedPool(3, { takesBack: false }, counting);
      pool.run(shared('number'), [0, 1, 2, 3], [1]);
    })();
    while (ended < 2) {
      collect();
      await turn();
    }
    expect(ended).toBe(2);
  });
});

describe('a process with workers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'deft-threads-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('ends by itself, and hears of DEFT_THREADS', async () => {
    const index = fileURLToPath(new URL('../index.ts', import.meta.url));
    const packages = fileURLToPath(new URL('../../../', import.meta.url));
    const entry = join(folder, 'program.js');
    writeFileSync(
      entry,
      `import { WasmBackend } from ${JSON.stringify(index)};
      const backend = new WasmBackend();
      console.log(backend.threads, await backend.startThreads());`,
    );
    await build({
      configFile: false,
      logLevel: 'error',
      root: folder,
      resolve: { alias: [{ find: /^@deft\/([a-z-]+)$/, replacement: `${packages}$1/src/index.ts` }] },
      ssr: { noExternal: true },
      build: {
        ssr: entry,
        target: 'es2022',
        minify: true,
        rollupOptions: { output: { entryFileNames: 'program.mjs' } },
      },
    });
    const outfile = join(folder, 'dist', 'program.mjs');
    const env = { ...process.env, DEFT_THREADS: '3' };
    const { status, stdout, stderr } = spawnSync(process.execPath, [outfile], {
      env,
      encoding: 'utf8',
      timeout: 50_000,
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '3 3\n', stderr: '' });
  });
});
