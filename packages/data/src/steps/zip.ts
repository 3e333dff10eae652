/** `zip`: the elements of several pipelines side by side. */
import { type Coming, closeAll, element, end, goOn, type Next, type PipelineStep, passBy } from '../cursor.ts';
import { combineTrees } from '../element-trees.ts';
import { openSources } from './over-source.ts';

/** Trees of elements, up to the end of the shortest pipeline. `tree` has the numbers of the pipelines as leaves. */
export function zipStep<T>(sources: readonly PipelineStep<unknown>[], tree: unknown): PipelineStep<T> {
  const least = Math.min(...sources.map(({ cardinality }) => cardinality ?? Number.NaN));
  return {
    text: `zip(${sources.map(({ text }) => text).join(', ')})`,
    cardinality: Number.isNaN(least) ? undefined : least,
    open: async (pass, position) => {
      const cursors = await openSources(sources, pass, position);
      let hasEnded = position?.['hasEnded'] === true;
      /** Goes on with the cursor of that number, given what those before it gave. */
      const take = (values: unknown[]): Coming<Next<T>> => {
        const cursor = cursors[values.length];
        if (cursor === undefined)
          return element(combineTrees('zip', [tree], ([place]) => values[place as number]) as T);
        return goOn(cursor.next(), (next) => {
          hasEnded = next.done;
          if (next.done) return end;
          values.push(next.value);
          return take(values);
        });
      };
      return {
        next: () => (hasEnded ? end : take([])),
        passBy: async (count) => {
          if (hasEnded) return 0;
          const passed: number[] = [];
          for (const cursor of cursors) passed.push(await passBy(cursor, count));
          const common = Math.min(...passed);
          if (common < count) hasEnded = true;
          return common;
        },
        position: () => ({ hasEnded, sources: cursors.map((cursor) => cursor.position()) }),
        close: () => closeAll(cursors),
      };
    },
  };
}
