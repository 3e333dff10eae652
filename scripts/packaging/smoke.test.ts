/** A user's first program runs from the tarballs on this Node and on the newest long-term one; its types hold too. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { repositoryRoot } from '../repository.ts';
import { createFreshProject, type FreshProject } from './fresh-project.ts';
import { findNewestNode } from './newest-node.ts';

const program = readFileSync(new URL('./programs/smoke.mjs', import.meta.url), 'utf8');
const typed = readFileSync(new URL('./programs/typed.ts', import.meta.url), 'utf8');

describe('a project that installs @deft/tensor', () => {
  let project: FreshProject;
  beforeAll(() => {
    project = createFreshProject(['@deft/tensor'], inject('tarballs'));
    project.write('smoke.mjs', program);
  });
  afterAll(() => project?.remove());

  const passed = { status: 0, stdout: 'smoke passed\n', stderr: '' };
  const wasm = { DEFT_BACKEND: 'wasm' };
  const folderOfLibraries = (): Record<string, string> => ({
    DEFT_BACKEND: 'auto',
    DEFT_CACHE_DIR: join(project.folder, 'libraries'),
  });

  it('runs a first program in this Node', () => {
    expect(project.run('smoke.mjs', { environment: wasm })).toEqual(passed);
  });

  it('runs it in native code, or says why not, and shows which with its command', () => {
    const environment = folderOfLibraries();
    const shown = project.command('deft', ['backend'], environment);
    const isNative = shown.stdout.startsWith('backend   native (');
    const complaint = isNative ? '' : expect.stringMatching(/^deft: computing in WebAssembly, native code is .*\n$/);
    const said = isNative ? expect.stringMatching(/^deft: building .*\n$/) : complaint;
    expect(shown).toEqual({ status: 0, stdout: expect.stringMatching(/^threads {3}\d+$/m), stderr: said });
    expect(project.run('smoke.mjs', { environment })).toEqual({ ...passed, stderr: complaint });
    const libraries = isNative ? /^libraries {2}[1-9]/m : /^libraries {2}0$/m;
    expect(project.command('deft', ['cache'], environment).stdout).toMatch(libraries);
  });

  it('runs it without the optional packages', () => {
    for (const name of ['koffi', '@koromix']) {
      rmSync(join(project.folder, 'node_modules', name), { recursive: true, force: true });
    }
    expect(project.run('smoke.mjs', { environment: folderOfLibraries() })).toEqual({
      ...passed,
      stderr: expect.stringContaining('the optional package koffi is not installed'),
    });
  });

  it('runs a first program in the newest long-term Node', (context) => {
    const node = findNewestNode();
    if ('missing' in node) {
      process.stderr.write(`Skipped the newest Node: ${node.missing}\n`);
      context.skip(node.missing);
      return;
    }
    expect(project.run('smoke.mjs', { node: node.path, environment: wasm })).toEqual(passed);
  });

  it.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ])('type-checks against the declarations alone (module %s)', (module, moduleResolution) => {
    project.write('typed.ts', typed);
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'es2022',
      lib: ['es2023', 'esnext.disposable'],
      types: [],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      noEmit: true,
    };
    project.write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['typed.ts'] }));
    const compiler = join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc');
    const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', project.folder], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});
