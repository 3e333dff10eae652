/** `map`, one element at a time: a function of every element. */
import {
  type Coming,
  element,
  end,
  feed,
  goOn,
  isPromiseLike,
  type Next,
  type PipelineStep,
  passBy,
} from '../cursor.ts';
import { errorAtElement, raiseAtElement } from '../errors.ts';
import { savedCount } from '../saved-fields.ts';
import { type OnErrorOptions, Skipped } from '../skipped.ts';
import { type ElementContext, elementContexts } from './element-context.ts';
import { openSource, overSource } from './over-source.ts';

/** A function of elements. */
export type ElementFunction<T, U> = (value: T, context: ElementContext) => U | PromiseLike<U>;

/** The elements with their numbers in front. */
export function enumerateStep<T>(source: PipelineStep<T>, start: number): PipelineStep<[index: number, value: T]> {
  return mapStep(source, (value, { index }): [number, T] => [start + index, value], 0, 'enumerate');
}

/** What a function makes of each group of elements, as one step with the gathering of the groups. */
export function mapGroupsStep<G, U>(groups: PipelineStep<G>, f: (group: G) => U, op: string): PipelineStep<U> {
  return { ...mapStep(groups, f, 0, op), text: groups.text };
}

/** Every element through a function, in turn; those for which it throws are passed by. */
export function skippingMapStep<T, U>(
  source: PipelineStep<T>,
  f: ElementFunction<T, U>,
  seed: number,
  options: OnErrorOptions,
): PipelineStep<U> {
  return {
    text: `${source.text}.map()`,
    open: async (pass, position) => {
      const cursor = await openSource(source, pass, position);
      const contextOf = elementContexts(seed, pass.epoch);
      const skipped = Skipped.elements('map', options, position);
      let index = position ? savedCount(position, 'index') : 0;
      let found: Next<U> = end;
      const keep = (value: U): boolean => {
        found = element(value);
        return false;
      };
      const isSkipped = (next: Next<T>): Coming<boolean> => {
        if (next.done) {
          found = end;
          skipped.report();
          return false;
        }
        const context = contextOf(index++);
        const skip = (error: unknown): true => skipped.add(errorAtElement('map', context.index, error));
        try {
          const mapped = f(next.value, context);
          return isPromiseLike(mapped) ? Promise.resolve(mapped).then(keep, skip) : keep(mapped);
        } catch (error) {
          return skip(error);
        }
      };
      return overSource(cursor, {
        next: () => goOn(feed(cursor, isSkipped), () => found),
        own: () => ({ index, skipped: skipped.count }),
      });
    },
  };
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
