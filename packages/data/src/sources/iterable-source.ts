/** Elements of generators and of whatever else can be iterated. */
import { raise } from '@deft/core';
import { type Coming, element, end, isPromiseLike, type Next, type PipelineStep } from '../cursor.ts';
import { type EndController, endController } from '../pass-end.ts';
import { savedCount } from '../saved-fields.ts';

/** What gives elements one after the other. */
export type AnyIterable<T> = Iterable<T> | AsyncIterable<T>;

function iteratorOf<T>(iterable: AnyIterable<T>): Iterator<T> | AsyncIterator<T> {
  return Symbol.asyncIterator in iterable ? iterable[Symbol.asyncIterator]() : iterable[Symbol.iterator]();
}

/** Gives what can be iterated for a pass of a number. What it is told with aborts a signal where the pass ends before the elements do. */
type IterableOfPass<T> = (epoch: number, controller: EndController) => AnyIterable<T>;

/** The elements of what a function gives for every pass. A position is the number of elements given. */
export function iterableSource<T>(name: string, iterableOf: IterableOfPass<T>): PipelineStep<T> {
  return {
    text: `${name}()`,
    open: async (pass, position) => {
      const controller = endController();
      const iterator = iteratorOf(iterableOf(pass.epoch, controller));
      let given = 0;
      let hasEnded = false;
      let returning: Promise<void> | undefined;
      const endIterator = async (): Promise<void> => {
        if (hasEnded) return;
        controller.abort();
        await iterator.return?.();
      };
      /** Also while an element is on its way: it may be what ends the wait for that. */
      const giveBack = (): Promise<void> => {
        returning ??= endIterator();
        return returning;
      };
      const forget = pass.end.whenReached(() => void giveBack().catch(() => {}));
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
          forget();
          await giveBack();
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
    if (!isUsed) {
      isUsed = true;
      return iterable;
    }
    // One iterator a pass, and no other to look at: it may hold something.
    const iterator = iteratorOf(iterable) as Iterator<T> & AsyncIterator<T>;
    if ((iterator as unknown) === iterable) {
      raise('E_PIPELINE', {
        op: 'fromIterable',
        says: 'a generator ends with its first pass',
        hint: 'fromGenerator takes the function that makes it',
      });
    }
    return Symbol.asyncIterator in iterable
      ? { [Symbol.asyncIterator]: () => iterator }
      : { [Symbol.iterator]: () => iterator };
  };
}
