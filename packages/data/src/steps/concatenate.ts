/** `concatenate`: one pipeline after the other. */
import { type Coming, type Cursor, goOn, type Next, type PipelineStep, passBy } from '../cursor.ts';
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
      const beginNext = async (): Promise<boolean> => {
        const source = sources[which + 1];
        if (source === undefined) return false;
        const before = cursor;
        cursor = await source.open(pass);
        which++;
        await before.close();
        return true;
      };
      const next = (): Coming<Next<T>> => goOn(cursor.next(), give);
      const give = (given: Next<T>): Coming<Next<T>> =>
        given.done ? goOn(beginNext(), (hasBegun) => (hasBegun ? next() : given)) : given;
      return {
        next,
        passBy: async (count) => {
          let passed = await passBy(cursor, count);
          while (passed < count && (await beginNext())) passed += await passBy(cursor, count - passed);
          return passed;
        },
        position: () => ({ which, source: cursor.position() }),
        close: () => cursor.close(),
      };
    },
  };
}
