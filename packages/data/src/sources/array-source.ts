/** Elements of an array, and numbers in a row. */
import { element, end, type PipelineStep } from '../cursor.ts';
import { savedCount } from '../saved-fields.ts';

/** `count` elements that a function gives by their numbers, and by that of the pass. */
export function indexedSource<T>(
  text: string,
  count: number,
  at: (index: number, epoch: number) => T,
): PipelineStep<T> {
  return {
    text,
    cardinality: count,
    open: async ({ epoch }, position) => {
      let next = position ? savedCount(position, 'next') : 0;
      return {
        next: () => (next < count ? element(at(next++, epoch)) : end),
        passBy: async (wanted) => {
          const passed = Math.max(0, Math.min(wanted, count - next));
          next += passed;
          return passed;
        },
        position: () => ({ next }),
        close: async () => {},
      };
    },
  };
}

/** The elements of an array. */
export function arraySource<T>(elements: readonly T[]): PipelineStep<T> {
  return indexedSource(`array(${elements.length})`, elements.length, (index) => elements[index] as T);
}
