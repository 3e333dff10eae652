/** `filter`: the elements for which a function holds. */
import { checkFunction, checkOnError } from '../checks.ts';
import { type Coming, feed, goOn, isPromiseLike, type Next, type PipelineStep } from '../cursor.ts';
import { errorAtElement } from '../errors.ts';
import { savedCount } from '../saved-fields.ts';
import { type OnErrorOptions, Skipped } from '../skipped.ts';
import { openSource, overSource } from './over-source.ts';

/** The elements that the predicate keeps. */
export function filterStep<T>(
  source: PipelineStep<T>,
  keeps: (value: T) => boolean | PromiseLike<boolean>,
  options: OnErrorOptions,
): PipelineStep<T> {
  checkFunction('filter', 'keeps', keeps);
  checkOnError('filter', options.onError);
  return {
    text: `${source.text}.filter()`,
    open: async (pass, position) => {
      const cursor = await openSource(source, pass, position);
      const skipped = Skipped.elements('filter', options, position);
      let index = position ? savedCount(position, 'index') : 0;
      let found: Next<T>;
      const isRefused = (next: Next<T>): Coming<boolean> => {
        found = next;
        if (next.done) {
          skipped.report();
          return false;
        }
        const number = index++;
        const skip = (error: unknown): true => skipped.add(errorAtElement('filter', number, error));
        try {
          const isKept = keeps(next.value);
          return isPromiseLike(isKept) ? Promise.resolve(isKept).then((one) => !one, skip) : !isKept;
        } catch (error) {
          return skip(error);
        }
      };
      return overSource(cursor, {
        next: () => goOn(feed(cursor, isRefused), () => found),
        own: () => ({ index, skipped: skipped.count }),
      });
    },
  };
}
