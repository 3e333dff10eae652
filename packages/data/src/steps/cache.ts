/**
 * `cache`: what the first pass gave, kept in memory for the others. It is pass 0 of the source whenever it is read, so that
 * what a pass sees does not depend on which one came first.
 */
import { type Coming, type Cursor, element, end, goOn, type Next, type PipelineStep } from '../cursor.ts';
import type { CacheOptions } from '../dataset-options.ts';
import { savedCount } from '../saved-fields.ts';
import { fileCacheStep } from './file-cache.ts';
import { openUnkept, warnNothingKept } from './unkept.ts';

/** The elements of the source's pass 0, kept in memory once a pass has seen them all. */
function memoryStep<T>(source: PipelineStep<T>): PipelineStep<T> {
  let kept: readonly T[] | undefined;
  const filesRead = new Set<string>();
  const fromMemory = (elements: readonly T[], at: number): Cursor<T> => {
    let next = at;
    return {
      next: () => (next < elements.length ? element(elements[next++] as T) : end),
      passBy: async (count) => {
        const passed = Math.min(count, elements.length - next);
        next += passed;
        return passed;
      },
      position: () => ({ at: next }),
      close: async () => {},
    };
  };
  return {
    text: `${source.text}.cache()`,
    cardinality: source.cardinality,
    open: async (pass, position) => {
      const at = position ? savedCount(position, 'at') : 0;
      if (kept !== undefined) {
        for (const path of filesRead) pass.readsFile?.(path);
        return fromMemory(kept, at);
      }
      if (!pass.keeps) return openUnkept(source, pass, at);
      const readsFile = (path: string): void => {
        filesRead.add(path);
        pass.readsFile?.(path);
      };
      const cursor = await source.open({ ...pass, epoch: 0, readsFile });
      const seen: T[] = [];
      let next = 0;
      let hasEnded = false;
      /** Reads on, also what was given before a restart: it belongs into the memory. */
      const read = (): Coming<boolean> => !hasEnded && goOn(cursor.next(), keep);
      const keep = (following: Next<T>): boolean => {
        if (following.done) {
          hasEnded = true;
          kept ??= seen;
          return false;
        }
        seen.push(following.value);
        return true;
      };
      while (next < at && (await read())) next++;
      return {
        next: () => goOn(read(), (isThere) => (isThere ? element(seen[next++] as T) : end)),
        position: () => ({ at: next }),
        close: async () => {
          if (kept === undefined) warnNothingKept(seen.length);
          await cursor.close();
        },
      };
    },
  };
}

/** The elements of the source's pass 0, kept once a pass has seen them all. */
export function cacheStep<T>(source: PipelineStep<T>, { file, version = '' }: CacheOptions): PipelineStep<T> {
  return file === undefined ? memoryStep(source) : fileCacheStep(source, file, String(version));
}
