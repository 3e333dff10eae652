/** Elements of an array, and numbers in a row. */
import { element, end, type PipelineStep } from '../cursor.ts';
import { savedCount } from '../saved-fields.ts';

/** `count` elements that a function gives by their numbers. */
export function indexedSource<T>(text: string, count: number, at: (index: number) => T): PipelineStep<T> {
  return {
    text,
    open: async (_, position) => {
      let next = position ? savedCount(position, 'next') : 0;
      return {
        next: async () => (next < count ? element(at(next++)) : end),
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
