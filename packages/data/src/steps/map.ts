/** `map`, one element at a time: a function of every element. */
import { element, end, type PipelineStep, passBy } from '../cursor.ts';
import { raiseAtElement } from '../errors.ts';
import { savedCount } from '../saved-fields.ts';
import { type ElementContext, elementContexts } from './element-context.ts';
import { openSource, overSource } from './over-source.ts';

/** A function of elements. */
export type ElementFunction<T, U> = (value: T, context: ElementContext) => U | PromiseLike<U>;

/** The elements with their numbers in front. */
export function enumerateStep<T>(source: PipelineStep<T>, start: number): PipelineStep<[index: number, value: T]> {
  return mapStep(source, (value, { index }): [number, T] => [start + index, value], 0, 'enumerate');
}

/** Every element through a function, in turn. */
export function mapStep<T, U>(
  source: PipelineStep<T>,
  f: ElementFunction<T, U>,
  seed = 0,
  name = 'map',
): PipelineStep<U> {
  return {
    text: `${source.text}.${name}()`,
    cardinality: source.cardinality,
    open: async (pass, position) => {
      const cursor = await openSource(source, pass, position);
      const contextOf = elementContexts(seed, pass.epoch);
      let index = position ? savedCount(position, 'index') : 0;
      return overSource(cursor, {
        next: async () => {
          const next = await cursor.next();
          if (next.done) return end;
          const context = contextOf(index++);
          try {
            return element(await f(next.value, context));
          } catch (error) {
            return raiseAtElement(name, context.index, error);
          }
        },
        passBy: async (count) => {
          const passed = await passBy(cursor, count);
          index += passed;
          return passed;
        },
        own: () => ({ index }),
      });
    },
  };
}
