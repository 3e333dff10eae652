/** `concatenate`: one pipeline after the other. */
import { type Cursor, type PipelineStep, passBy } from '../cursor.ts';
import { savedCount } from '../saved-fields.ts';
import { openSource } from './over-source.ts';

/** Of all together: known if each is. */
function totalOf(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce((sum, count) => (sum === undefined || count === undefined ? undefined : sum + count), 0);
}

/** The elements of each pipeline in turn. */
export function concatenateStep<T>(sources: readonly PipelineStep<T>[]): PipelineStep<T> {
  return {
    text: `concatenate(${sources.map(({ text }) => text).join(', ')})`,
    cardinality: totalOf(sources.map(({ cardinality }) => cardinality)),
    open: async (pass, position) => {
      let which = Math.min(position ? savedCount(position, 'which') : 0, sources.length - 1);
      let cursor: Cursor<T> = await openSource(sources[which] as PipelineStep<T>, pass, position);
      /** Opens the next pipeline, if there is one. */
      const goOn = async (): Promise<boolean> => {
        const source = sources[which + 1];
        if (source === undefined) return false;
        const before = cursor;
        cursor = await source.open(pass);
        which++;
        await before.close();
        return true;
      };
      return {
        next: async () => {
          for (;;) {
            const next = await cursor.next();
            if (!next.done || !(await goOn())) return next;
          }
        },
        passBy: async (count) => {
          let passed = await passBy(cursor, count);
          while (passed < count && (await goOn())) passed += await passBy(cursor, count - passed);
          return passed;
        },
        position: () => ({ which, source: cursor.position() }),
        close: () => cursor.close(),
      };
    },
  };
}
