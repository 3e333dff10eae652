/** Runs of elements as arrays: what `batch` and its kin stack. */
import { element, end, type PipelineStep, passBy } from '../cursor.ts';
import { openSource, overSource } from './over-source.ts';

/** Arrays of `size` elements one after the other; the last may have fewer, or is dropped then. */
export function groupStep<T>(source: PipelineStep<T>, size: number, dropRemainder: boolean): PipelineStep<T[]> {
  return {
    text: `${source.text}.batch(${size})`,
    open: async (pass, position) => {
      const cursor = await openSource(source, pass, position);
      return overSource(cursor, {
        next: async () => {
          const group: T[] = [];
          while (group.length < size) {
            const next = await cursor.next();
            if (next.done) break;
            group.push(next.value);
          }
          return group.length === size || (group.length > 0 && !dropRemainder) ? element(group) : end;
        },
        passBy: async (count) => {
          const passed = (await passBy(cursor, count * size)) / size;
          return dropRemainder ? Math.floor(passed) : Math.ceil(passed);
        },
      });
    },
  };
}
