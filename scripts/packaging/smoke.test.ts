/** A user's first program runs from the tarballs on this Node and on the newest long-term one; its types hold too. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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

  it('runs a first program in this Node', () => {
    expect(project.run('smoke.mjs')).toEqual({ status: 0, stdout: 'smoke passed\n', stderr: '' });
  });

  it('runs a first program in the newest long-term Node', (context) => {
    const node = findNewestNode();
    if ('missing' in node) {
      process.stderr.write(`Skipped the newest Node: ${node.missing}\n`);
      context.skip(node.missing);
      return;
    }
    expect(project.run('smoke.mjs', node.path)).toEqual({ status: 0, stdout: 'smoke passed\n', stderr: '' });
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
