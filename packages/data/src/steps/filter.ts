/** `filter`: the elements for which a function holds. */
import { checkFunction } from '../checks.ts';
import type { PipelineStep } from '../cursor.ts';
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
      return overSource(cursor, {
        next: async () => {
          for (;;) {
            const next = await cursor.next();
            if (next.done) return next;
            const number = index++;
            try {
              if (await keeps(next.value)) return next;
            } catch (error) {
              raiseAtElement('filter', number, error);
            }
          }
        },
        own: () => ({ index }),
      });
    },
  };
}
