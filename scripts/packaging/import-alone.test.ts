/** Each package works when it is installed and imported alone: a fresh project and a fresh process per package. */
import { describe, expect, inject, it } from 'vitest';
import { createFreshProject } from './fresh-project.ts';

const tarballs = inject('tarballs');

describe.each(tarballs.map(({ name }) => name))('%s alone', (name) => {
  it('imports in Node, gives names and prints nothing', () => {
    const project = createFreshProject([name], tarballs);
    try {
      project.write(
        'alone.mjs',
        `const names = Object.keys(await import('${name}'));\nprocess.exitCode = names.length > 0 ? 0 : 3;\n`,
      );
      expect(project.run('alone.mjs')).toEqual({ status: 0, stdout: '', stderr: '' });
    } finally {
      project.remove();
    }
  });
});
