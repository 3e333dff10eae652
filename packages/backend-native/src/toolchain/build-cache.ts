/**
 * Libraries that were built, in a folder of the user's own. An entry is named by the content of its source and by what built it,
 * so it is never out of date; it is built under another name and moved into place, so it is never half there; and its own content
 * stands in its name, so a damaged one is not loaded. A folder or an entry that others could have written to is not used.
 */
import { createHash, randomBytes } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { buildLibrary, type Toolchain } from './toolchain.ts';

const hashOf = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex').slice(0, 40);

/** Where libraries are kept: `DEFT_CACHE_DIR`, else the user's cache folder. */
export function cacheFolder(): string {
  const stated = process.env['DEFT_CACHE_DIR'];
  if (stated !== undefined && stated !== '') return stated;
  const base = process.env['XDG_CACHE_HOME'];
  return join(base === undefined || base === '' ? join(homedir(), '.cache') : base, 'deft');
}

/** Whether a file or folder is this user's, and nobody else can write to it. */
function isOwn(path: string): boolean {
  const { uid, mode } = lstatSync(path);
  return uid === process.getuid?.() && (mode & 0o022) === 0;
}

/** A folder of libraries. */
export class BuildCache {
  readonly #folder: string;
  readonly #toolchain: Toolchain;
  /** How many libraries were built. */
  buildCount = 0;

  /** Makes the folder if it is not there. Throws where it cannot be used safely. */
  constructor(toolchain: Toolchain, folder: string = cacheFolder()) {
    this.#toolchain = toolchain;
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!lstatSync(folder).isDirectory() || !isOwn(folder)) {
      throw new Error(`the cache folder ${folder} belongs to somebody else, or others can write to it`);
    }
  }

  /**
   * The path of the library of a source, built with further flags; builds it if it is not there, or not as it was built.
   */
  library(source: string, flags: readonly string[] = []): string {
    const key = hashOf(`${this.#toolchain.identity}\n${flags.join(' ')}\n${source}`);
    return this.#known(key) ?? this.#build(key, source, flags);
  }

  #known(key: string): string | undefined {
    for (const name of readdirSync(this.#folder)) {
      if (!name.startsWith(`${key}-`) || !name.endsWith('.so')) continue;
      const path = join(this.#folder, name);
      if (lstatSync(path).isFile() && isOwn(path) && name === `${key}-${hashOf(readFileSync(path))}.so`) return path;
      rmSync(path, { force: true, recursive: true });
    }
    return undefined;
  }

  #build(key: string, source: string, flags: readonly string[]): string {
    const temporary = join(this.#folder, `${key}.${process.pid}.${randomBytes(6).toString('hex')}`);
    try {
      buildLibrary(this.#toolchain, source, temporary, flags);
      const path = join(this.#folder, `${key}-${hashOf(readFileSync(temporary))}.so`);
      renameSync(temporary, path);
      this.buildCount++;
      return path;
    } finally {
      rmSync(temporary, { force: true });
    }
  }
}
