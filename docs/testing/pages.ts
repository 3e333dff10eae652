/** The Markdown pages and source files that hold examples, by their paths from the root of the repository. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root: string = fileURLToPath(new URL('../../', import.meta.url));
const skipped: RegExp = /(?:^|\/)(?:node_modules|dist|cache|\.vitepress)\//;

/** The text of a file of the repository. */
export function readRepositoryFile(path: string): string {
  return readFileSync(root + path, 'utf8');
}

/** Whether the repository has the file. */
export function hasRepositoryFile(path: string): boolean {
  return existsSync(root + path);
}

/** The names of the files and folders in a folder of the repository, sorted. */
export function filesOf(folder: string): string[] {
  return existsSync(root + folder) ? readdirSync(root + folder).sort() : [];
}

function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith(ending) && !skipped.test(path))
    .sort();
}

const packageNames = (): string[] => filesOf('packages');

/** Every page of the documentation, the README of the repository and those of the packages. */
export function documentationPages(): string[] {
  const readmes = packageNames()
    .map((name) => `packages/${name}/README.md`)
    .filter(hasRepositoryFile);
  return ['README.md', ...filesBelow('docs', '.md'), ...readmes];
}

/** Every source file of the packages that may carry TSDoc examples. */
export function packageSources(): string[] {
  return packageNames()
    .flatMap((name) => filesBelow(`packages/${name}/src`, '.ts'))
    .filter((path) => !/\.test(?:-d)?\.ts$/.test(path));
}
