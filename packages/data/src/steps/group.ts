/** Runs of elements as arrays: what `batch` and its kin stack. */
import { checkCount } from '../checks.ts';
import { element, end, feed, goOn, type Next, type PipelineStep, passBy } from '../cursor.ts';
import { openSource, overSource } from './over-source.ts';

/** Arrays of `size` elements one after the other, for the step `op`; the last may have fewer, or is dropped then. */
export function groupStep<T>(
  op: string,
  source: PipelineStep<T>,
  size: number,
  { dropRemainder = false }: { readonly dropRemainder?: boolean },
): PipelineStep<T[]> {
  checkCount(op, 'size', size, 1);
  const { cardinality } = source;
  return {
    text: `${source.text}.${op}(${size})`,
    cardinality: cardinality === undefined ? undefined : (dropRemainder ? Math.floor : Math.ceil)(cardinality / size),
    open: async (pass, position) => {
      const cursor = await openSource(source, pass, position);
      return overSource(cursor, {
        next: () => {
          const group: T[] = [];
          const take = (next: Next<T>) => !next.done && group.push(next.value) < size;
          const isWhole = () => group.length === size || (group.length > 0 && !dropRemainder);
          return goOn(feed(cursor, take), () => (isWhole() ? element(group) : end));
        },
        passBy: async (count) => {
          const passed = (await passBy(cursor, count * size)) / size;
          return dropRemainder ? Math.floor(passed) : Math.ceil(passed);
        },
      });
    },
  };
}
