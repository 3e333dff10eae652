/** `takeWhile`: the elements before the first for which a function does not hold. */
import { checkFunction } from '../checks.ts';
import { type Coming, end, goOn, isPromiseLike, type Next, type PipelineStep } from '../cursor.ts';
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
      const give = (next: Next<T>, isGiven: boolean): Next<T> => {
        hasEnded = !isGiven;
        return isGiven ? next : end;
      };
      const judge = (next: Next<T>): Coming<Next<T>> => {
        const isGiven = !next.done && holds(next.value);
        return isPromiseLike(isGiven) ? Promise.resolve(isGiven).then((is) => give(next, is)) : give(next, isGiven);
      };
      return overSource(cursor, {
        next: () => (hasEnded ? end : goOn(cursor.next(), judge)),
        own: () => ({ hasEnded }),
      });
    },
  };
}
