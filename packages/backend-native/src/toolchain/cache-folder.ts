/**
 * The folder in which built libraries are kept: where it is, whether it can be used safely, what lies in it, and how it is kept small.
 * Libraries lie on shelves, folders named by the first two digits of the key, so that none is looked for among thousands. Any
 * number of processes may add, find and drop entries at once: whatever is listed may be gone when it is looked at.
 */
import { accessSync, constants, lstatSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { raise } from '@deft/core';

/** `key-hash of the content.so`. */
const libraryName: RegExp = /^[0-9a-f]{40}-[0-9a-f]{40}\.so$/;
/** `key.process.random digits`: what a compiler is writing to. */
const temporaryName: RegExp = /^[0-9a-f]{40}\.\d+\.[0-9a-f]{12}$/;
const shelfName: RegExp = /^[0-9a-f]{2}$/;

/** No compiler takes so long: a temporary file of this age, in milliseconds, was left over. */
const leftOver = 3_600_000;
/** Where there is more than allowed, entries are dropped until so much of it is left. */
const keptShare = 3 / 4;

const advice = 'set DEFT_CACHE_DIR to a folder of your own';

/** Where libraries are kept: `DEFT_CACHE_DIR`, else the user's cache folder. */
export function cacheFolder(): string {
  const stated = process.env['DEFT_CACHE_DIR'];
  if (stated !== undefined && stated !== '') return resolve(stated);
  const base = process.env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : resolve(base), 'deft');
}

/** The folder of the libraries whose keys begin alike. */
export const shelfOf = (folder: string, key: string): string => join(folder, key.slice(0, 2));

/** Whether a file or folder is this user's, and nobody else can write to it. */
export const isOwn = ({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean =>
  uid === process.getuid?.() && (mode & 0o022) === 0;

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);

/** Whether libraries can be kept in a folder safely: why not, or `undefined` if they can. Makes nothing. */
export function folderProblem(folder: string): string | undefined {
  let place = resolve(folder);
  try {
    const found = lstatSync(place, { throwIfNoEntry: false });
    if (found?.isDirectory() === false) return `the cache folder ${folder} is a file or a link; ${advice}`;
    if (found !== undefined && found.uid !== process.getuid?.()) {
      return `the cache folder ${folder} belongs to somebody else; ${advice}`;
    }
    if (found !== undefined && !isOwn(found)) {
      return `others can write to the cache folder ${folder}; forbid it with chmod go-w, or ${advice}`;
    }
    // One that is not there yet is made in the nearest folder that is.
    while (statSync(place, { throwIfNoEntry: false }) === undefined && dirname(place) !== place) place = dirname(place);
    accessSync(place, constants.W_OK | constants.X_OK);
    if (!statSync(place).isDirectory()) return `the cache folder ${folder} cannot be made in a file; ${advice}`;
    return undefined;
  } catch (error) {
    return unwritable(folder, error);
  }
}

const unwritable = (folder: string, error: unknown): string =>
  `the cache folder ${folder} cannot be written to (${codeOf(error)}); ${advice}`;

/** Makes a folder for this user alone if it is not there. Throws `E_BACKEND` where it cannot be used safely. */
export function makeFolder(folder: string): void {
  let problem: string | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    problem = unwritable(folder, error);
  }
  problem = folderProblem(folder) ?? problem;
  if (problem !== undefined) raise('E_BACKEND', { op: 'native', says: problem });
}

/** The names in a folder; none where it is not there any more. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

interface Entry {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds of the clock when it was last used, to the day. */
  readonly usedAt: number;
}

/** Libraries, and files that compilers were to write; nothing that the cache did not make, and nothing behind a link. */
function entriesOf(folder: string): { libraries: Entry[]; temporaries: Entry[] } {
  const [libraries, temporaries]: [Entry[], Entry[]] = [[], []];
  for (const shelf of namesIn(folder)) {
    const place = join(folder, shelf);
    if (!shelfName.test(shelf) || lstatSync(place, { throwIfNoEntry: false })?.isDirectory() !== true) continue;
    for (const name of namesIn(place)) {
      const list = libraryName.test(name) ? libraries : temporaryName.test(name) ? temporaries : undefined;
      if (list === undefined) continue;
      const path = join(place, name);
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (found?.isFile()) list.push({ path, bytes: found.size, usedAt: found.mtimeMs });
    }
  }
  return { libraries, temporaries };
}

const bytesOfAll = (entries: readonly Entry[]): number => entries.reduce((sum, { bytes }) => sum + bytes, 0);

function removeLeftOver(temporaries: readonly Entry[]): void {
  const limit = Date.now() - leftOver;
  for (const { path, usedAt } of temporaries) if (usedAt < limit) rmSync(path, { force: true });
}

/**
 * Removes temporary files that were left over and, where the libraries are more than `mostBytes` together, those that were not used
 * for the longest time, but never `keep`. Gives the bytes that are left.
 */
export function pruneCache(folder: string, mostBytes: number, keep: string): number {
  const { libraries, temporaries } = entriesOf(folder);
  removeLeftOver(temporaries);
  let bytes = bytesOfAll(libraries);
  if (bytes <= mostBytes) return bytes;
  for (const entry of libraries.sort((a, b) => a.usedAt - b.usedAt)) {
    if (bytes <= mostBytes * keptShare) break;
    if (entry.path === keep) continue;
    rmSync(entry.path, { force: true });
    bytes -= entry.bytes;
  }
  return bytes;
}

/** What lies in a cache folder. */
export interface CacheContents {
  readonly folder: string;
  readonly libraries: number;
  readonly bytes: number;
}

/**
 * Which folder keeps the libraries of native code, how many there are, and how large they are together.
 *
 * @example
 * ```ts
 * import { cacheContents } from '@deft/backend-native';
 * const { folder, libraries, bytes } = cacheContents();
 * console.log(`${libraries} libraries of ${bytes} bytes in ${folder}`);
 * ```
 */
export function cacheContents(folder: string = cacheFolder()): CacheContents {
  const { libraries } = entriesOf(folder);
  return { folder, libraries: libraries.length, bytes: bytesOfAll(libraries) };
}

/**
 * Removes the libraries of native code, and says how many there were. Other files of the folder stay; processes that run go on, because
 * what they have loaded stays with them.
 *
 * @example
 * ```ts
 * import { join } from 'node:path';
 * import { cacheContents, clearCache } from '@deft/backend-native';
 * const elsewhere = join(cacheContents().folder, 'of', 'another', 'program');
 * console.log(clearCache(elsewhere)); // 0
 * ```
 */
export function clearCache(folder: string = cacheFolder()): number {
  const { libraries, temporaries } = entriesOf(folder);
  removeLeftOver(temporaries);
  for (const { path } of libraries) rmSync(path, { force: true });
  return libraries.length;
}
