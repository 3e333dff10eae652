/** `take`: the first elements. */
import { checkCount } from '../checks.ts';
import { end, type PipelineStep, passBy } from '../cursor.ts';
import { savedCount } from '../saved-fields.ts';
import { openSource, overSource } from './over-source.ts';

/** At most so many elements. */
export function takeStep<T>(source: PipelineStep<T>, count: number): PipelineStep<T> {
  checkCount('take', 'count', count, 0);
  const { cardinality } = source;
  return {
    text: `${source.text}.take(${count})`,
    cardinality: cardinality === undefined ? undefined : Math.min(count, cardinality),
    open: async (pass, position) => {
      const cursor = await openSource(source, pass, position);
      let taken = position ? savedCount(position, 'taken') : 0;
      return overSource(cursor, {
        next: () => {
          if (taken >= count) return end;
          taken++;
          return cursor.next();
        },
        passBy: async (wanted) => {
          const passed = await passBy(cursor, Math.min(wanted, count - taken));
          taken += passed;
          return passed;
        },
        own: () => ({ taken }),
      });
    },
  };
}
