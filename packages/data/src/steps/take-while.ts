/** `takeWhile`: the elements before the first for which a function does not hold. */
import { checkFunction } from '../checks.ts';
import { type Coming, end, goOn, isPromiseLike, type Next, type PipelineStep } from '../cursor.ts';
import { raiseAtElement } from '../errors.ts';
import { savedCount } from '../saved-fields.ts';
import { openSource, overSource } from './over-source.ts';

/** The elements in front of the first one that the predicate refuses. */
export function takeWhileStep<T>(
  source: PipelineStep<T>,
  holds: (value: T) => boolean | PromiseLike<boolean>,
): PipelineStep<T> {
  checkFunction('takeWhile', 'holds', holds);
  return {
    text: `${source.text}.takeWhile()`,
    open: async (pass, position) => {
      const cursor = await openSource(source, pass, position);
      let hasEnded = position?.['hasEnded'] === true;
      let index = position ? savedCount(position, 'index') : 0;
      const give = (next: Next<T>, isGiven: boolean): Next<T> => {
        hasEnded = !isGiven;
        return isGiven ? next : end;
      };
      const judge = (next: Next<T>): Coming<Next<T>> => {
        if (next.done) return give(next, false);
        const number = index++;
        const fail = (error: unknown) => raiseAtElement('takeWhile', number, error);
        try {
          const isGiven = holds(next.value);
          return isPromiseLike(isGiven)
            ? Promise.resolve(isGiven).then((is) => give(next, is), fail)
            : give(next, isGiven);
        } catch (error) {
          return fail(error);
        }
      };
      return overSource(cursor, {
        next: () => (hasEnded ? end : goOn(cursor.next(), judge)),
        own: () => ({ hasEnded, index }),
      });
    },
  };
}
