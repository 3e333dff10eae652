/**
 * Libraries that were built, in a folder of the user's own. An entry is named by the content of its source and by what built it,
 * so it is never out of date; it is built under another name and moved into place, so it is never half there; and its own content
 * stands in its name, so a damaged one is not loaded. A folder or an entry that others could have written to is not used. What
 * was not used for the longest time is dropped where the folder becomes too large.
 */
import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, lstatSync, readFileSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { startBuild } from './background-build.ts';
import { cacheFolder, isOwn, makeFolder, namesIn, pruneCache, shelfOf } from './cache-folder.ts';
import { buildLibrary, type Toolchain } from './toolchain.ts';

/** Bytes that all libraries may have together. */
const defaultMostBytes: number = 512 * 2 ** 20;
/** The time of an entry's last use is written down once in so many milliseconds. */
const touchedEvery = 86_400_000;
/** After so many builds it is counted again what lies in the folder, because other processes add to it, too. */
const countedEvery = 64;

const hashOf = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex').slice(0, 40);

/** The content of a file, or `undefined` where another process has dropped it. */
function contentOf(path: string): Uint8Array | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Options of the folder. */
export interface BuildCacheOptions {
  /** Bytes that all libraries may have together. */
  readonly mostBytes?: number;
}

/** A folder of libraries. */
export class BuildCache {
  readonly #folder: string;
  readonly #toolchain: Toolchain;
  readonly #mostBytes: number;
  /** How many libraries were built. */
  buildCount = 0;
  /** Bytes in the folder, as far as known, and builds since they were counted. */
  #heldBytes: number | undefined;
  #buildsSinceCount = 0;

  /** Makes the folder if it is not there. Throws `E_BACKEND` where it cannot be used safely. */
  constructor(toolchain: Toolchain, folder: string = cacheFolder(), options: BuildCacheOptions = {}) {
    this.#toolchain = toolchain;
    this.#folder = folder;
    this.#mostBytes = options.mostBytes ?? defaultMostBytes;
    makeFolder(folder);
  }

  /**
   * The path of the library of a source, built with further flags; builds it if it is not there, or not as it was built, and says
   * the line first that is given for that. Another process may drop it at any time.
   */
  library(source: string, flags: readonly string[] = [], line?: string): string {
    const { key, shelf } = this.#placeOf(source, flags);
    const known = this.#known(shelf, key);
    if (known !== undefined) return known;
    if (line !== undefined) process.stderr.write(`${line}\n`);
    return this.#build(shelf, key, source, flags);
  }

  #known(shelf: string, key: string): string | undefined {
    const place = lstatSync(shelf, { throwIfNoEntry: false });
    if (!place?.isDirectory() || !isOwn(place)) return undefined;
    for (const name of namesIn(shelf)) {
      if (!name.startsWith(`${key}-`) || !name.endsWith('.so')) continue;
      const path = join(shelf, name);
      const found = lstatSync(path, { throwIfNoEntry: false });
      if (found === undefined) continue;
      const content = found.isFile() && isOwn(found) ? contentOf(path) : new Uint8Array();
      if (content === undefined) continue;
      if (name === `${key}-${hashOf(content)}.so`) {
        touch(path, found.mtimeMs);
        return path;
      }
      rmSync(path, { force: true, recursive: true });
    }
    return undefined;
  }

  /** Whether the library of a source is there. */
  has(source: string, flags: readonly string[] = []): boolean {
    const { key, shelf } = this.#placeOf(source, flags);
    return this.#known(shelf, key) !== undefined;
  }

  /**
   * Starts to build a library in another thread, unless it is there. What is given waits for that; where it fails, nothing is there
   * that was not before.
   */
  begin(source: string, flags: readonly string[] = []): () => void {
    const { key, shelf } = this.#placeOf(source, flags);
    if (this.#known(shelf, key) !== undefined) return () => {};
    const temporary = this.#temporary(shelf, key);
    const isBuilt = startBuild(this.#toolchain, source, temporary, flags);
    return () => {
      if (isBuilt()) this.#keep(shelf, key, temporary);
      rmSync(temporary, { force: true });
    };
  }

  #placeOf(source: string, flags: readonly string[]): { key: string; shelf: string } {
    const key = hashOf(`${this.#toolchain.identity}\n${flags.join(' ')}\n${source}`);
    return { key, shelf: shelfOf(this.#folder, key) };
  }

  #temporary(shelf: string, key: string): string {
    makeFolder(this.#folder);
    makeFolder(shelf);
    return join(shelf, `${key}.${process.pid}.${randomBytes(6).toString('hex')}`);
  }

  #build(shelf: string, key: string, source: string, flags: readonly string[]): string {
    const temporary = this.#temporary(shelf, key);
    try {
      buildLibrary(this.#toolchain, source, temporary, flags);
      return this.#keep(shelf, key, temporary);
    } finally {
      rmSync(temporary, { force: true });
    }
  }

  /** Moves what was built into its place. */
  #keep(shelf: string, key: string, temporary: string): string {
    // The user's mask may allow a group to write.
    chmodSync(temporary, 0o700);
    const content = readFileSync(temporary);
    const path = join(shelf, `${key}-${hashOf(content)}.so`);
    renameSync(temporary, path);
    this.buildCount++;
    this.#bound(content.length, path);
    return path;
  }

  #bound(addedBytes: number, path: string): void {
    this.#buildsSinceCount++;
    if (this.#heldBytes !== undefined) this.#heldBytes += addedBytes;
    const isKnown = this.#heldBytes !== undefined && this.#buildsSinceCount < countedEvery;
    if (isKnown && (this.#heldBytes as number) <= this.#mostBytes) return;
    this.#buildsSinceCount = 0;
    try {
      this.#heldBytes = pruneCache(this.#folder, this.#mostBytes, path);
    } catch {
      // Nothing depends on it: the next process tries again.
      this.#heldBytes = 0;
    }
  }
}

/** Writes down that an entry is used, if that was not done today. */
function touch(path: string, usedAt: number): void {
  const now = Date.now();
  if (now - usedAt < touchedEvery) return;
  try {
    utimesSync(path, now / 1000, now / 1000);
  } catch {
    // It is dropped earlier, then.
  }
}
