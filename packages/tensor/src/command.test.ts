/** The command `deft`, run as a process. */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nativeCompiler, nativeUnavailableBecause } from '@deft/backend-native';
import { bundleProgram, folderWithPackages, type NodeProgram, type ProgramEnding } from '@deft/test-utils';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

describe('deft', () => {
  const folder = folderWithPackages();
  const cache = join(folder, 'cache');
  let program: NodeProgram;
  beforeAll(async () => {
    const command = fileURLToPath(new URL('command.ts', import.meta.url));
    program = await bundleProgram(folder, `import ${JSON.stringify(command)};`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const deft = (words: string, environment: Record<string, string | undefined> = {}): Promise<ProgramEnding> =>
    program.run(words.split(' ').filter(Boolean), {
      DEFT_BACKEND: undefined,
      DEFT_THREADS: '2',
      DEFT_CACHE_DIR: cache,
      ...environment,
    });
  const printed = (stdout: string): ProgramEnding => ({ status: 0, stdout, stderr: '' });

  it('says what it can do', async () => {
    const { status, stdout, stderr } = await deft('--help');
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const words of ['deft backend ', 'deft cache ', 'deft cache clear ', 'deft show ', 'deft run '])
      expect(stdout).toContain(words);
    expect(await deft('cache -h')).toEqual(printed(stdout));
  });

  it.each([
    ['', 'no command was given'],
    ['cash', 'there is no command "cash"'],
    ['cache clear all', 'there is no command "cache clear all"'],
    ['toString', 'there is no command "toString"'],
    ['cache --force', "Unknown option '--force'"],
    ['show', 'deft show needs a file'],
    ['show file more', 'there is no command "show file more"'],
    ['show file --inputs x', 'deft show takes no --inputs'],
    ['run file', 'deft run needs --function NAME'],
    ['cache --function f', 'deft cache takes neither --function nor --inputs'],
  ])('refuses "%s"', async (words, complaint) => {
    const { status, stdout, stderr } = await deft(words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`deft: ${complaint}`);
    expect(stderr).toMatch(/; deft --help lists the commands\n$/);
  });

  it.skipIf(nativeUnavailableBecause() !== undefined)('shows the backend, the cache, and clears it', async () => {
    const empty = `folder     ${cache}\nlibraries  0\nsize       0.0 MiB\n`;
    expect(await deft('cache')).toEqual(printed(empty));
    expect(existsSync(cache)).toBe(false);
    const backend = printed(
      `backend   native (the fastest that runs here)\ncompiler  ${nativeCompiler()}\nthreads   2\n`,
    );
    const first = await deft('backend');
    expect(first).toEqual({ ...backend, stderr: expect.stringMatching(/^deft: building .+\n$/) });
    expect(await deft('backend')).toEqual(backend);
    writeFileSync(join(cache, 'notes.txt'), 'keep me');
    const { stdout } = await deft('cache');
    const count = Number(/^libraries {2}(\d+)$/m.exec(stdout)?.[1]);
    expect(count).toBeGreaterThan(0);
    expect(await deft('cache clear')).toEqual(
      printed(`removed ${count} ${count === 1 ? 'library' : 'libraries'} from ${cache}\n`),
    );
    expect(await deft('cache')).toEqual(printed(empty));
    expect(readdirSync(cache)).toContain('notes.txt');
  });

  it('shows why a slower backend computes, and that there is no compiler', async () => {
    const { stdout } = await deft('backend', { DEFT_CC: '/nonexistent' });
    expect(stdout).toMatch(
      /^backend {3}wasm \(the fastest that runs here; not native: .+\)\ncompiler {2}none\nthreads {3}2\n$/,
    );
    expect(await deft('backend', { DEFT_BACKEND: 'reference', DEFT_CC: '/nonexistent' })).toEqual(
      printed('backend   reference (DEFT_BACKEND names it)\ncompiler  none\nthreads   1\n'),
    );
  });

  it('ends with code 1 and a line where what was asked for is not there', async () => {
    const { status, stderr } = await deft('backend', { DEFT_BACKEND: 'cuda' });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^deft: DEFT_BACKEND: backend "cuda" is not there: known are native, wasm, reference/);
  });
});
