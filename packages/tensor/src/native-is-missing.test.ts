/** What processes compute with where native code runs, where it does not, and what they say of it: real processes, really without it. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nativeUnavailableBecause } from '@deft/backend-native';
import { bundleProgram, folderWithPackages, type NodeProgram } from '@deft/test-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const source = `
  import { add, backendChoice, setBackend } from '@deft/tensor';
  for (const name of process.argv.slice(2)) setBackend(name);
  const sums: string = add([1, 2], [3, 4]).toArray().join();
  console.log(sums, backendChoice().name, backendChoice().reason);
`;

describe('a process', () => {
  const folder = folderWithPackages();
  let program: NodeProgram;
  beforeAll(async () => {
    program = await bundleProgram(folder, source);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const clean = { DEFT_BACKEND: undefined, DEFT_CC: undefined, CC: undefined, DEFT_CACHE_DIR: join(folder, 'cache') };
  const run = async (
    environment: Record<string, string | undefined>,
    ...names: string[]
  ): Promise<{ stdout: string; stderr: string }> => {
    const { status, stdout, stderr } = await program.run(names, { ...clean, ...environment });
    expect(status).toBe(0);
    return { stdout: stdout.trimEnd(), stderr };
  };
  /** Said where native functions have to be built, whether that succeeds or not. */
  const building = "deft: building native functions for this machine's processor, once; they are kept\n";
  const fallen = (reason: string, before = ''): object => ({
    stdout: `4,6 wasm the fastest that runs here; not native: ${reason}`,
    stderr: `${before}deft: computing in WebAssembly, native code is not available: ${reason}\n`,
  });

  it.skipIf(nativeUnavailableBecause() !== undefined)(
    'computes in native code, and says only once that it builds',
    async () => {
      const stdout = '4,6 native the fastest that runs here';
      expect(await run({})).toEqual({ stdout, stderr: building });
      expect(await run({})).toEqual({ stdout, stderr: '' });
      expect(await run({ DEFT_BACKEND: 'native' })).toEqual({ stdout: '4,6 native DEFT_BACKEND names it', stderr: '' });
    },
  );

  it('without a compiler computes in WebAssembly, and says so once', async () => {
    const reason = 'no C compiler was found (looked for /nonexistent)';
    expect(await run({ DEFT_CC: '/nonexistent' })).toEqual(fallen(reason));
    expect(await run({ DEFT_CC: '/nonexistent' }, 'auto', 'reference', 'auto')).toEqual(fallen(reason));
  });

  it('says nothing where WebAssembly was asked for', async () => {
    const DEFT_CC = '/nonexistent';
    expect(await run({ DEFT_CC, DEFT_BACKEND: 'wasm' })).toEqual({
      stdout: '4,6 wasm DEFT_BACKEND names it',
      stderr: '',
    });
    expect(await run({ DEFT_CC }, 'wasm')).toEqual({ stdout: '4,6 wasm setBackend names it', stderr: '' });
  });

  it('throws where native code was asked for and cannot run', async () => {
    const { status, stderr } = await program.run([], { ...clean, DEFT_CC: '/nonexistent', DEFT_BACKEND: 'native' });
    expect(status).toBe(1);
    expect(stderr).toContain('DEFT_BACKEND: backend "native" is not there: no C compiler was found');
  });

  describe('whose compiler is there and does not work', () => {
    /** A compiler that does something else for the library than to build it. */
    const compiler = (name: string, lines: string): string => {
      mkdirSync(join(folder, 'bin'), { recursive: true });
      const path = join(folder, 'bin', name);
      writeFileSync(path, `#!/bin/sh\nif [ "$1" = --version ]; then echo ${name} 1.0; exit 0; fi\n${lines}\n`, {
        mode: 0o755,
      });
      return path;
    };
    const out = 'while [ "$1" != -o ]; do shift; done';

    it('computes in WebAssembly, and says what it said', async () => {
      const failing = compiler('failing', 'echo "warning: old" >&2; echo "fatal error: math.h is missing" >&2; exit 1');
      const reason = `the C compiler ${failing} builds no library: fatal error: math.h is missing`;
      expect(await run({ DEFT_CC: failing })).toEqual(fallen(reason, building));
      expect(await run({ DEFT_CC: failing }, 'auto', 'reference', 'auto')).toEqual(fallen(reason, building));
    });

    it('computes in WebAssembly where what it builds does not load', async () => {
      const DEFT_CC = compiler('rubbish', `cat >/dev/null; ${out}; echo rubbish > "$2"`);
      const { stdout, stderr } = await run({ DEFT_CC });
      expect(stdout).toMatch(/^4,6 wasm the fastest that runs here; not native: a library .* does not load: /);
      expect(stderr.split('\n')).toEqual([
        building.trim(),
        expect.stringMatching(/: a library .* does not load: ./),
        '',
      ]);
    });

    it('throws where native code was asked for', async () => {
      const DEFT_CC = compiler('silent', 'exit 3');
      const { status, stderr } = await program.run([], { ...clean, DEFT_CC, DEFT_BACKEND: 'native' });
      expect(status).toBe(1);
      expect(stderr).toContain('silent builds no library: it wrote no library and ended with code 3 [E_BACKEND]');
    });
  });

  it('without a folder for libraries computes in WebAssembly', async () => {
    if (nativeUnavailableBecause() !== undefined) return;
    const { stdout, stderr } = await run({ DEFT_CACHE_DIR: '/dev/null/deft' });
    expect(stdout).toMatch(/^4,6 wasm .*; not native: the cache folder \/dev\/null\/deft cannot be written to/);
    expect(stderr).toContain('set DEFT_CACHE_DIR to a folder of your own');
  });

  it('with threads says it once', async () => {
    const threads = await bundleProgram(
      join(folder),
      `import { Worker, isMainThread } from 'node:worker_threads';
      import { getBackend } from '@deft/tensor';
      getBackend();
      if (isMainThread) new Worker(new URL(import.meta.url));`,
    );
    const { stderr } = await threads.run([], { ...clean, DEFT_CC: '/nonexistent' });
    expect(stderr.match(/native code is not available/g)).toHaveLength(1);
  });
});
