/** `unique`: each element once. A position holds no keys, of which there may be many: the pass is read again up to it. */
import { checkFunction } from '../checks.ts';
import { end, type Next, type PipelineStep } from '../cursor.ts';
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
      const next = async (stop: number): Promise<Next<T>> => {
        while (taken < stop) {
          const following = await cursor.next();
          if (following.done) return end;
          const number = taken++;
          try {
            const key = keyOf(following.value);
            if (isObject(key)) throw new TypeError('objects are all different: keyOf says by what to compare them');
            if (seen.size !== seen.add(key).size) return following;
          } catch (error) {
            raiseAtElement('unique', number, error);
          }
        }
        return end;
      };
      const at = position ? savedCount(position, 'taken') : 0;
      while (!(await next(at)).done);
      return {
        next: () => next(Number.POSITIVE_INFINITY),
        position: () => ({ taken }),
        close: () => cursor.close(),
      };
    },
  };
}
