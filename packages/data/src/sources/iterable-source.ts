/** Elements of generators and of whatever else can be iterated. */
import { raise } from '@deft/core';
import { type Coming, element, end, isPromiseLike, type Next, type PipelineStep } from '../cursor.ts';
import { savedCount } from '../saved-fields.ts';

/** What gives elements one after the other. */
export type AnyIterable<T> = Iterable<T> | AsyncIterable<T>;

function iteratorOf<T>(iterable: AnyIterable<T>): Iterator<T> | AsyncIterator<T> {
  return Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
}

/** The elements of what a function gives for every pass. A position is the number of elements given. */
export function iterableSource<T>(name: string, iterableOf: (epoch: number) => AnyIterable<T>): PipelineStep<T> {
  return {
    text: `${name}()`,
    open: async (pass, position) => {
      const iterator = iteratorOf(iterableOf(pass.epoch));
      let given = 0;
      let hasEnded = false;
      const give = ({ done, value }: IteratorResult<T>): Next<T> => {
        if (done) {
          hasEnded = true;
          return end;
        }
        given++;
        return element(value);
      };
      const next = (): Coming<Next<T>> => {
        if (hasEnded) return end;
        const result = iterator.next();
        return isPromiseLike(result) ? Promise.resolve(result).then(give) : give(result);
      };
      const at = position ? savedCount(position, 'given') : 0;
      while (given < at && !(await next()).done);
      return {
        next,
        position: () => ({ given }),
        close: async () => {
          if (!hasEnded) await iterator.return?.();
          hasEnded = true;
        },
      };
    },
  };
}

/** The iterable itself for every pass. Throws `E_PIPELINE` at the second one over a generator, which would have no elements. */
export function eachPass<T>(iterable: AnyIterable<T>): () => AnyIterable<T> {
  let isUsed = false;
  return () => {
    const once = iterable as Iterable<T> & AsyncIterable<T>;
    if (isUsed && ((once[Symbol.asyncIterator] ?? once[Symbol.iterator]).call(iterable) as unknown) === iterable) {
      raise('E_PIPELINE', {
        op: 'fromIterable',
        says: 'a generator ends with its first pass',
        hint: 'fromGenerator takes the function that makes it',
      });
    }
    isUsed = true;
    return iterable;
  };
}
