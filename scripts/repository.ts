/** Reads the workspaces of this repository, manifests and TypeScript sources, for the rules that look at all of it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Manifest, SourceFile } from './import-rules/rules.ts';

/** The repository's root folder, without a trailing slash. */
export const repositoryRoot: string = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** The fields of a `package.json` that the rules and the packaging tests read. */
export interface PackageJson {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** One workspace: its folder relative to the root and its manifest. */
export interface Workspace {
  readonly folder: string;
  readonly manifest: PackageJson;
}

/** Reads one `package.json`, the root's when `folder` is empty. */
export function readPackageJson(folder: string): PackageJson {
  return JSON.parse(readFileSync(join(repositoryRoot, folder, 'package.json'), 'utf8')) as PackageJson;
}

/** All workspaces, sorted by folder. */
export function listWorkspaces(): Workspace[] {
  const folders = ['packages', 'apps']
    .flatMap((parent) => readdirSync(join(repositoryRoot, parent)).map((name) => `${parent}/${name}`))
    .concat('docs', 'test-utils')
    .filter((folder) => existsSync(join(repositoryRoot, folder, 'package.json')))
    .sort();
  return folders.map((folder) => ({ folder, manifest: readPackageJson(folder) }));
}

/** What a package declares for its users, whether it can do without or not. */
export function declaredBy({ dependencies, optionalDependencies }: PackageJson): string[] {
  return Object.keys({ ...dependencies, ...optionalDependencies });
}

/** The manifests in the form that the import rules take. Tools that the root installs are there for every test. */
export function listManifests(): Manifest[] {
  const rootTools = Object.keys(readPackageJson('').devDependencies ?? {});
  return listWorkspaces().map(({ folder, manifest }) => ({
    folder,
    name: manifest.name,
    dependencies: declaredBy(manifest),
    devDependencies: [...rootTools, ...Object.keys(manifest.devDependencies ?? {})],
  }));
}

const skippedFolders: ReadonlySet<string> = new Set(['node_modules', 'dist', 'cache']);

function collectSources(folder: string, files: SourceFile[]): void {
  for (const entry of readdirSync(join(repositoryRoot, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (!skippedFolders.has(entry.name)) collectSources(path, files);
    } else if (entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts')) {
      files.push({ path, text: readFileSync(join(repositoryRoot, path), 'utf8') });
    }
  }
}

/** Every TypeScript source of every workspace. */
export function listSources(): SourceFile[] {
  const files: SourceFile[] = [];
  for (const { folder } of listWorkspaces()) collectSources(folder, files);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
