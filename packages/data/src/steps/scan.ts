/** `scan`: a running state beside the elements. A position holds no state of the user's: the pass is read again up to it. */
import { checkFunction } from '../checks.ts';
import { element, end, goOn, type Next, type PipelineStep } from '../cursor.ts';
import { raiseAtElement } from '../errors.ts';
import { savedCount } from '../saved-fields.ts';

/** From state and element to the next state and what is given. */
export type ScanFunction<S, T, U> = (state: S, value: T) => readonly [state: S, output: U];

/** What a function gives of a state and every element. */
export function scanStep<S, T, U>(source: PipelineStep<T>, initial: S, f: ScanFunction<S, T, U>): PipelineStep<U> {
  checkFunction('scan', 'f', f);
  return {
    text: `${source.text}.scan()`,
    cardinality: source.cardinality,
    open: async (pass, position) => {
      const cursor = await source.open(pass);
      let state = initial;
      let given = 0;
      const next = () => goOn(cursor.next(), give);
      const give = (following: Next<T>): Next<U> => {
        if (following.done) return end;
        try {
          const [after, output] = f(state, following.value);
          state = after;
          given++;
          return element(output);
        } catch (error) {
          return raiseAtElement('scan', given, error);
        }
      };
      const at = position ? savedCount(position, 'given') : 0;
      while (given < at && !(await next()).done);
      return { next, position: () => ({ given }), close: () => cursor.close() };
    },
  };
}
