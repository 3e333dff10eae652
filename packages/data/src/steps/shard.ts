/** `shard`: every so many-th element, so that several readers share a dataset between them. */
import { raise } from '@deft/core';
import { checkCount } from '../checks.ts';
import { type PipelineStep, passBy } from '../cursor.ts';
import { openSource, overSource } from './over-source.ts';

/** The elements whose number is `index` modulo `count`. */
export function shardStep<T>(source: PipelineStep<T>, count: number, index: number): PipelineStep<T> {
  checkCount('shard', 'count', count, 1);
  checkCount('shard', 'index', index, 0);
  if (index >= count) {
    raise('E_ATTRIBUTE', { op: 'shard', argument: 'index', expected: `less than ${count}`, found: String(index) });
  }
  const { cardinality } = source;
  return {
    text: `${source.text}.shard(${count}, ${index})`,
    cardinality: cardinality === undefined ? undefined : Math.max(0, Math.ceil((cardinality - index) / count)),
    open: async (pass, position) => {
      const cursor = await openSource(source, pass, position);
      let hasBegun = position?.['hasBegun'] === true;
      return overSource(cursor, {
        next: async () => {
          await passBy(cursor, hasBegun ? count - 1 : index);
          hasBegun = true;
          return cursor.next();
        },
        own: () => ({ hasBegun }),
      });
    },
  };
}
