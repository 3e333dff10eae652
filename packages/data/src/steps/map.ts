/** `map`, one element at a time: a function of every element. */
import { type Coming, element, end, goOn, isPromiseLike, type Next, type PipelineStep, passBy } from '../cursor.ts';
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
      const give = (next: Next<T>): Coming<Next<U>> => {
        if (next.done) return end;
        const context = contextOf(index++);
        try {
          const mapped = f(next.value, context);
          if (!isPromiseLike(mapped)) return element(mapped);
          const fail = (error: unknown) => raiseAtElement(name, context.index, error);
          return Promise.resolve(mapped).then<Next<U>, never>(element, fail);
        } catch (error) {
          return raiseAtElement(name, context.index, error);
        }
      };
      return overSource(cursor, {
        next: () => goOn(cursor.next(), give),
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
