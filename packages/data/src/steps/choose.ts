/** Elements of several pipelines, as a pipeline of their numbers says. */
import { raise } from '@deft/core';
import { closeAll, end, type PipelineStep } from '../cursor.ts';
import { openSource, openSources } from './over-source.ts';

/** For every number the next element of the pipeline of that number, until one has none. */
export function chooseStep<T>(sources: readonly PipelineStep<T>[], numbers: PipelineStep<number>): PipelineStep<T> {
  return {
    text: `choose(${[...sources, numbers].map(({ text }) => text).join(', ')})`,
    open: async (pass, position) => {
      const choice = await openSource(numbers, pass, position);
      const cursors = await openSources(sources, pass, position);
      let hasEnded = position?.['hasEnded'] === true;
      return {
        next: async () => {
          const chosen = hasEnded ? end : await choice.next();
          if (chosen.done) return end;
          const cursor = cursors[chosen.value];
          if (cursor === undefined) {
            const expected = `numbers from 0 to ${cursors.length - 1}`;
            raise('E_PIPELINE', { op: 'chooseFromDatasets', expected, found: String(chosen.value) });
          }
          const next = await cursor.next();
          if (next.done) hasEnded = true;
          return next;
        },
        position: () => ({
          hasEnded,
          source: choice.position(),
          sources: cursors.map((cursor) => cursor.position()),
        }),
        close: () => closeAll([choice, ...cursors]),
      };
    },
  };
}
