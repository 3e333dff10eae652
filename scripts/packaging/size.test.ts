/** Each import scenario of `.size-limit.json` stays under its limit, minified and compressed as a bundler would. */
import { execFileSync } from 'node:child_process';
import { build } from 'esbuild';
import { describe, expect, inject, it } from 'vitest';
import { repositoryRoot } from '../repository.ts';

interface Measured {
  readonly name: string;
  readonly passed: boolean;
  readonly size: number;
  readonly sizeLimit: number;
}

describe('the size of', () => {
  // The global setup has built `dist` by the time the tarballs can be asked for.
  expect(inject('tarballs').length).toBeGreaterThan(0);
  const report = execFileSync('npx', ['size-limit', '--json', '--silent'], { cwd: repositoryRoot, encoding: 'utf8' });
  it.each(JSON.parse(report) as Measured[])('$name is within its limit', ({ size, sizeLimit }) => {
    expect(size).toBeLessThanOrEqual(sizeLimit);
  });
});

it('is nothing for the page of captured functions where nobody asks for it', async () => {
  const bundle = async (names: string): Promise<string> => {
    const contents = `import { ${names} } from './packages/tensor/dist/index.js'; console.log(${names});`;
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: repositoryRoot },
      bundle: true,
      write: false,
      format: 'esm',
      target: 'es2022',
      platform: 'node',
      external: ['koffi'],
      tsconfigRaw: '{}',
    });
    return outputFiles[0]?.text ?? '';
  };
  expect(await bundle('jit, profile, programView')).not.toContain('Content-Security-Policy');
  expect(await bundle('jit, viewHtml')).toContain('Content-Security-Policy');
});
