/** `filter`: the elements for which a function holds. */
import { checkFunction } from '../checks.ts';
import { type Coming, feed, goOn, isPromiseLike, type Next, type PipelineStep } from '../cursor.ts';
import { raiseAtElement } from '../errors.ts';
import { savedCount } from '../saved-fields.ts';
import { openSource, overSource } from './over-source.ts';

/** The elements that the predicate keeps. */
export function filterStep<T>(
  source: PipelineStep<T>,
  keeps: (value: T) => boolean | PromiseLike<boolean>,
): PipelineStep<T> {
  checkFunction('filter', 'keeps', keeps);
  return {
    text: `${source.text}.filter()`,
    open: async (pass, position) => {
      const cursor = await openSource(source, pass, position);
      let index = position ? savedCount(position, 'index') : 0;
      let found: Next<T>;
      const isRefused = (next: Next<T>): Coming<boolean> => {
        found = next;
        if (next.done) return false;
        const number = index++;
        const fail = (error: unknown) => raiseAtElement('filter', number, error);
        try {
          const isKept = keeps(next.value);
          return isPromiseLike(isKept) ? Promise.resolve(isKept).then((one) => !one, fail) : !isKept;
        } catch (error) {
          return fail(error);
        }
      };
      return overSource(cursor, {
        next: () => goOn(feed(cursor, isRefused), () => found),
        own: () => ({ index }),
      });
    },
  };
}
