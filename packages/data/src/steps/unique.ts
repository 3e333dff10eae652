/** `unique`: each element once. A position holds no keys, of which there may be many: the pass is read again up to it. */
import { checkFunction } from '../checks.ts';
import { feed, goOn, type Next, type PipelineStep } from '../cursor.ts';
import { raiseAtElement } from '../errors.ts';
import { savedCount } from '../saved-fields.ts';

const isObject = (key: unknown): boolean => (typeof key === 'object' && key !== null) || typeof key === 'function';

/** The elements whose key none had before. */
export function uniqueStep<T>(source: PipelineStep<T>, keyOf: (value: T) => unknown): PipelineStep<T> {
  checkFunction('unique', 'keyOf', keyOf);
  return {
    text: `${source.text}.unique()`,
    open: async (pass, position) => {
      const cursor = await source.open(pass);
      const seen = new Set<unknown>();
      let taken = 0;
      let found: Next<T>;
      const isKnown = (next: Next<T>): boolean => {
        found = next;
        if (next.done) return false;
        const number = taken++;
        try {
          const key = keyOf(next.value);
          if (isObject(key)) throw new TypeError('objects are all different: keyOf says by what to compare them');
          return seen.size === seen.add(key).size;
        } catch (error) {
          return raiseAtElement('unique', number, error);
        }
      };
      const at = position ? savedCount(position, 'taken') : 0;
      if (at > 0) {
        await feed(cursor, (next) => {
          isKnown(next);
          return !next.done && taken < at;
        });
      }
      return {
        next: () => goOn(feed(cursor, isKnown), () => found),
        position: () => ({ taken }),
        close: () => cursor.close(),
      };
    },
  };
}
