/**
 * The lockfile installs anywhere: it names no registry host, and it holds every platform's optional package. npm drops
 * those that a registry lacks without a word when it writes the file, and `npm ci` then refuses it.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from './repository.ts';

interface LockedPackage {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const lockfiles = ['package-lock.json', 'scripts/newest-node/package-lock.json'];

describe.each(lockfiles)('%s', (path) => {
  const lock = JSON.parse(readFileSync(join(repositoryRoot, path), 'utf8')) as {
    packages: Record<string, LockedPackage>;
  };
  const packages = Object.entries(lock.packages);

  it('names no registry host', () => {
    expect(packages.filter(([, { resolved }]) => resolved?.includes('://')).map(([name]) => name)).toEqual([]);
  });

  it('holds every optional dependency', () => {
    const missing = packages.flatMap(([parent, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !(`node_modules/${name}` in lock.packages || `${parent}/node_modules/${name}` in lock.packages),
      ),
    );
    expect(missing).toEqual([]);
  });
});
