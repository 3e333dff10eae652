/** `reduce`: one value of all elements of a pass. */
import { checkFunction } from '../checks.ts';
import { raiseAtElement } from '../errors.ts';

/** From the value so far and an element to the next value. */
export type ReduceFunction<S, T> = (state: S, value: T) => S | PromiseLike<S>;

/** What is left of all elements. */
export async function reduceElements<S, T>(
  elements: AsyncIterable<T>,
  initial: S,
  f: ReduceFunction<S, T>,
): Promise<S> {
  checkFunction('reduce', 'f', f);
  let state = initial;
  let number = 0;
  for await (const value of elements) {
    try {
      state = await f(state, value);
    } catch (error) {
      raiseAtElement('reduce', number, error);
    }
    number++;
  }
  return state;
}
