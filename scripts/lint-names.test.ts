/** What the lint plugin knows of the ops without types is what their types say. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { repositoryRoot } from './repository.ts';

it('the names of ops in the lint plugin are up to date', () => {
  const script = join(repositoryRoot, 'scripts/generate-lint-names.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
});
