/** `skip`: all but the first elements. */
import { checkCount } from '../checks.ts';
import { goOn, type PipelineStep, passBy } from '../cursor.ts';
import { openSource, overSource } from './over-source.ts';

/** The elements after so many. They are passed by when the first of the others is asked for. */
export function skipStep<T>(source: PipelineStep<T>, count: number): PipelineStep<T> {
  checkCount('skip', 'count', count, 0);
  const { cardinality } = source;
  return {
    text: `${source.text}.skip(${count})`,
    cardinality: cardinality === undefined ? undefined : Math.max(0, cardinality - count),
    open: async (pass, position) => {
      const cursor = await openSource(source, pass, position);
      let hasSkipped = position?.['hasSkipped'] === true;
      const begin = async (): Promise<void> => {
        if (hasSkipped) return;
        await passBy(cursor, count);
        hasSkipped = true;
      };
      return overSource(cursor, {
        next: () => (hasSkipped ? cursor.next() : goOn(begin(), () => cursor.next())),
        passBy: async (wanted) => {
          await begin();
          return passBy(cursor, wanted);
        },
        own: () => ({ hasSkipped }),
      });
    },
  };
}
