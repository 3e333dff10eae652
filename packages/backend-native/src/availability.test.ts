/** Whether native code can run is found out by processes that really lack something: a compiler, `koffi`, a folder of their own. */
import { chmodSync, chownSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundleProgram, folderWithPackages, type NodeProgram } from '@deft/test-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { nativeUnavailableBecause } from './availability.ts';
import { loadingProblem } from './toolchain/koffi.ts';
import { findToolchain, platformProblem } from './toolchain/toolchain.ts';

const source = `
  import { nativeUnavailableBecause } from '@deft/backend-native';
  console.log(nativeUnavailableBecause() ?? 'it runs');
`;
const clean = { DEFT_CC: undefined, CC: undefined, DEFT_CACHE_DIR: undefined };

describe('native code is said to be unavailable', () => {
  const withPackages = folderWithPackages();
  const without = mkdtempSync(join(tmpdir(), 'deft-without-'));
  let [program, withoutKoffi]: NodeProgram[] = [];
  beforeAll(async () => {
    program = await bundleProgram(withPackages, source);
    withoutKoffi = await bundleProgram(without, source);
  });
  afterAll(() => {
    for (const folder of [withPackages, without]) rmSync(folder, { recursive: true, force: true });
  });

  const answer = async (environment: Record<string, string | undefined>, which = program): Promise<string> => {
    const { status, stdout, stderr } = await (which as NodeProgram).run([], { ...clean, ...environment });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return stdout.trimEnd();
  };

  it('nowhere where all is there', async () => {
    const here = nativeUnavailableBecause();
    if (here === undefined) expect(await answer({ DEFT_CACHE_DIR: join(without, 'not', 'yet') })).toBe('it runs');
    else expect(typeof here).toBe('string');
  });

  it('on Windows', () => {
    expect(platformProblem('win32')).toBe('the native backend does not build on Windows yet');
    expect([platformProblem('linux'), platformProblem('darwin')]).toEqual([undefined, undefined]);
  });

  it('where koffi is not installed, before anything is said of compilers', async () => {
    expect(await answer({ DEFT_CC: '/nonexistent' }, withoutKoffi)).toBe(
      'the optional package koffi is not installed (npm install koffi)',
    );
  });

  it('where koffi has nothing for the platform', async () => {
    const koffi = dirname(createRequire(import.meta.url).resolve('koffi'));
    const copy = join(without, 'node_modules', 'koffi');
    cpSync(koffi, copy, { recursive: true, filter: (path) => !/koffi\/(build|vendor|doc)/.test(path) });
    try {
      expect(await answer({}, withoutKoffi)).toMatch(/^the package koffi does not load on \w+ \w+( with musl)?: ./);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });

  it('with the C library where koffi does not load for it', () => {
    const error = { code: 'ERR_DLOPEN_FAILED', message: 'Error loading shared library\nmore' };
    const place = { platform: 'linux', arch: 'x64' };
    expect(loadingProblem(error, { ...place, isMusl: () => true })).toBe(
      'the package koffi does not load on linux x64 with musl: Error loading shared library',
    );
    expect(loadingProblem(error, { ...place, isMusl: () => false })).not.toContain('musl');
  });

  it('where no compiler is found', async () => {
    const empty = join(without, 'empty');
    mkdirSync(empty);
    expect(await answer({ PATH: empty })).toBe('no C compiler was found (looked for cc, gcc, clang)');
    expect(await answer({ PATH: empty, CC: 'own-cc' })).toContain('(looked for own-cc, cc, gcc, clang)');
    expect(await answer({ DEFT_CC: '/nonexistent' })).toBe('no C compiler was found (looked for /nonexistent)');
  });

  const needsCompiler = it.skipIf(typeof findToolchain() === 'string');

  needsCompiler('where the cache folder cannot be made', async () => {
    expect(await answer({ DEFT_CACHE_DIR: '/dev/null/deft' })).toBe(
      'the cache folder /dev/null/deft cannot be written to (ENOTDIR); set DEFT_CACHE_DIR to a folder of your own',
    );
  });

  needsCompiler('where others can write to the cache folder, or it is theirs, or it is a file', async () => {
    const folder = join(without, 'open');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    expect(await answer({ DEFT_CACHE_DIR: folder })).toContain(`others can write to the cache folder ${folder}; `);
    // The root of the file system is root's; root may give folders away.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) chownSync(folder, 12345, 12345);
    const theirs = isRoot ? folder : '/';
    expect(await answer({ DEFT_CACHE_DIR: theirs })).toContain(`the cache folder ${theirs} belongs to somebody else; `);
    expect(await answer({ DEFT_CACHE_DIR: '/dev/null' })).toContain('the cache folder /dev/null is a file or a link; ');
  });
});
