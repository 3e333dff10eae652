/** `takeWhile`: the elements before the first for which a function does not hold. */
import { checkFunction } from '../checks.ts';
import { end, type PipelineStep } from '../cursor.ts';
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
      return overSource(cursor, {
        next: async () => {
          if (hasEnded) return end;
          const next = await cursor.next();
          if (!next.done && (await holds(next.value))) return next;
          hasEnded = true;
          return end;
        },
        own: () => ({ hasEnded }),
      });
    },
  };
}
