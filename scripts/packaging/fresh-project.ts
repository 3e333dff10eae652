/**
 * Fresh projects that have nothing but packed tarballs installed: a package together with what it declares, and not
 * one package more, so that an undeclared dependency cannot be found by accident.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tarball } from './tarball.ts';

/** What a program printed, and how it ended. */
export interface Ending {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a program is run. */
export interface RunOptions {
  readonly node?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A project in a temporary folder. */
export interface FreshProject {
  readonly folder: string;
  /** Writes a file of the project. */
  write(name: string, text: string): void;
  /** Runs a file of the project, in this Node or in the one given, with further variables of the environment. */
  run(name: string, options?: RunOptions): Ending;
  /** Runs a command that the installed packages brought. */
  command(name: string, words: readonly string[], environment?: RunOptions['environment']): Ending;
  remove(): void;
}

const isOwn = (name: string): boolean => name.startsWith('@deft/');

/** The named packages and everything of this repository that they declare, in the order found. */
export function withDependencies(names: readonly string[], tarballs: readonly Tarball[]): Tarball[] {
  const found = new Map<string, Tarball>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    const tarball = tarballs.find((one) => one.name === name);
    if (tarball === undefined) throw new Error(`${name} is not a published package of this repository`);
    found.set(name, tarball);
    tarball.dependencies.filter(isOwn).forEach(visit);
  };
  names.forEach(visit);
  return [...found.values()];
}

/**
 * Installs the named packages, and what they declare, from their tarballs alone: the registry is not asked, unless they
 * declare packages of others.
 */
export function createFreshProject(names: readonly string[], tarballs: readonly Tarball[]): FreshProject {
  const folder = mkdtempSync(join(tmpdir(), 'deft-fresh-'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const needed = withDependencies(names, tarballs);
  const dependencies = needed.map(({ name, path }) => [name, `file:${path}`]);
  const isAlone = needed.every((tarball) => tarball.dependencies.every(isOwn));
  write(
    'package.json',
    JSON.stringify({ private: true, type: 'module', dependencies: Object.fromEntries(dependencies) }, null, 2),
  );
  const source = isAlone ? '--offline' : '--prefer-offline';
  execFileSync('npm', ['install', source, '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: folder,
    stdio: 'pipe',
  });
  const start = (program: string, words: readonly string[], environment: RunOptions['environment']): Ending => {
    const env = { ...process.env, ...environment };
    const options = { cwd: folder, env, encoding: 'utf8', timeout: 120_000 } as const;
    const { status, stdout, stderr } = spawnSync(program, words, options);
    return { status, stdout, stderr };
  };
  return {
    folder,
    write,
    run: (name, { node = process.execPath, environment } = {}) => start(node, [name], environment),
    command: (name, words, environment) => start(join(folder, 'node_modules', '.bin', name), words, environment),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
