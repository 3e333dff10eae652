/** Each import scenario of `.size-limit.json` stays under its limit, minified and compressed as a bundler would. */
import { execFileSync } from 'node:child_process';
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
