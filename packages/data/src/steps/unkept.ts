/** What `cache` gives where nothing is kept: pass 0 of its source as it is, with positions that other passes of the cache understand. */
import { warn } from '@deft/core';
import { type Cursor, goOn, type Next, type Pass, type PipelineStep, passBy } from '../cursor.ts';

/** Opens pass 0 of the source behind so many elements. */
export async function openUnkept<T>(source: PipelineStep<T>, pass: Pass, at: number): Promise<Cursor<T>> {
  const cursor = await source.open({ ...pass, epoch: 0 });
  let given = await passBy(cursor, at);
  const count = (next: Next<T>): Next<T> => {
    if (!next.done) given++;
    return next;
  };
  return {
    next: () => goOn(cursor.next(), count),
    passBy: async (wanted) => {
      const passed = await passBy(cursor, wanted);
      given += passed;
      return passed;
    },
    position: () => ({ at: given }),
    close: () => cursor.close(),
  };
}

/** Warns of a pass that ended early, after so many elements. One that gave none is no loss. */
export function warnNothingKept(count: number): void {
  if (count === 0) return;
  warn(
    `cache: a pass ended after ${count} elements, before the end of them: nothing was kept (take after cache, not before the end of it)`,
  );
}
