/**
 * `map` of several elements at once, in their order or as they become ready. Elements are taken in turn; up to so many
 * functions run on them. A position holds no results: what runs, or waits for its turn, is mapped again.
 */
import { checkCount, checkFunction, checkOnError, checkSeed } from '../checks.ts';
import {
  type Coming,
  type Cursor,
  element,
  end,
  goOn,
  isPromiseLike,
  type Next,
  type Pass,
  type PipelineStep,
  type Position,
  passBy,
} from '../cursor.ts';
import type { MapOptions } from '../dataset-options.ts';
import { errorAtElement, StepFailure } from '../errors.ts';
import { now, type Stage } from '../measuring/stages.ts';
import { savedCount, savedCounts, savedPosition } from '../saved-fields.ts';
import { type OnErrorOptions, Skipped } from '../skipped.ts';
import { TrackedCursor } from '../tracked-cursor.ts';
import { fixedParallelism, type Parallelism, ParallelismOfStep, type TunedParallelism } from '../tuning/parallelism.ts';
import { type ElementContext, elementContexts } from './element-context.ts';
import { type ElementFunction, mapStep, skippingMapStep } from './map.ts';

/** What maps the elements of one pass. */
export interface Mapper<T, U> {
  call(value: T, context: ElementContext): U | PromiseLike<U>;
  close(): Promise<void>;
}

/** How elements are mapped at once. */
export interface ParallelOptions {
  /** So many at once, or what is tuned in place of a number. */
  readonly parallel: number | TunedParallelism;
  /** Whether results are given in the order of the elements. */
  readonly isOrdered: boolean;
  readonly seed: number;
  readonly name: string;
  readonly onError: OnErrorOptions;
}

type Outcome<U> = { readonly value: U } | { readonly error: unknown };

interface Running<U> {
  readonly number: number;
  readonly result: Promise<Outcome<U>>;
}

class ParallelMap<T, U> implements Cursor<U> {
  readonly #mapper: Mapper<T, U>;
  readonly #options: ParallelOptions;
  readonly #parallelism: Parallelism;
  readonly #stage: Stage | undefined;
  readonly #contextOf: (index: number) => ElementContext;
  #source!: TrackedCursor<T>;
  #skipped!: Skipped;
  /** Number of the next element that a function will run on. */
  #next = 0;
  /** In the order of the elements. */
  #running: Running<U>[] = [];
  /** How many of them are ready. */
  #ready = 0;
  /** Elements are mapped one by one, without waiting, as long as the function gives its results at once. */
  #isAlone = false;
  #hasEnded = false;
  /** The element that is being taken; functions start as soon as it is there. */
  #filling: Promise<void> | undefined;
  #isFilling = false;
  /** Called when something runs, or nothing more will. */
  #wake: (() => void) | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(mapper: Mapper<T, U>, options: ParallelOptions, parallelism: Parallelism, pass: Pass) {
    this.#mapper = mapper;
    this.#options = options;
    this.#parallelism = parallelism;
    this.#stage = pass.stage;
    this.#contextOf = elementContexts(options.seed, pass.epoch);
  }

  async open(source: PipelineStep<T>, pass: Pass, position: Position | undefined): Promise<this> {
    const held = position ? savedCounts(position, 'running') : [];
    const options = { oldest: () => this.#running[0]?.number ?? this.#next };
    const hold = (number: number, value: T): void => this.#start(number, value);
    const saved = position && savedPosition(position, 'source');
    this.#skipped = Skipped.elements(this.#options.name, this.#options.onError, position);
    this.#source = await TrackedCursor.open(source, pass, options, saved, held, hold);
    this.#next = this.#source.taken;
    this.#isAlone = this.#parallelism.elements === 1 && this.#running.length === 0;
    return this;
  }

  #start(number: number, value: T): void {
    this.#await(number, () => this.#mapper.call(value, this.#contextOf(number)));
  }

  /** Waits for what a function gives among the others. */
  #await(number: number, run: () => U | PromiseLike<U>): void {
    this.#running.push({ number, result: this.#outcomeOf(run) });
    this.#wake?.();
  }

  async #outcomeOf(run: () => U | PromiseLike<U>): Promise<Outcome<U>> {
    const own = this.#stage?.ownTime();
    const weight = own?.due() ?? 0;
    const began = weight === 0 ? 0 : now();
    try {
      return { value: await run() };
    } catch (error) {
      return { error };
    } finally {
      this.#ready++;
      if (weight !== 0) own?.add(now() - began, weight);
    }
  }

  get #wantsMore(): boolean {
    return !this.#hasEnded && this.#running.length < this.#parallelism.elements;
  }

  #take(next: Next<T>): void {
    if (next.done) this.#hasEnded = true;
    else this.#start(this.#next++, next.value);
  }

  #fail(error: unknown): void {
    this.#hasEnded = true;
    this.#failure = { error };
  }

  /** Takes elements until as many run as may, at once as far as they are there. */
  #refill(): void {
    try {
      while (!this.#isFilling && this.#wantsMore) {
        const next = this.#source.next();
        if (next instanceof Promise) {
          this.#isFilling = true;
          this.#filling = this.#fill(next);
        } else this.#take(next);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  async #fill(coming: Promise<Next<T>>): Promise<void> {
    try {
      this.#take(await coming);
      while (this.#wantsMore) this.#take(await this.#source.next());
    } catch (error) {
      this.#fail(error);
    } finally {
      // In the turn in which the loop ended: whoever takes a result in the next one begins another.
      this.#isFilling = false;
      this.#wake?.();
    }
  }

  next(): Coming<Next<U>> {
    return this.#isAlone ? goOn(this.#source.next(), this.#giveAlone) : this.#nextOfMany();
  }

  readonly #giveAlone = (next: Next<T>): Coming<Next<U>> => {
    this.#hasEnded = next.done;
    if (!next.done) {
      const number = this.#next++;
      try {
        const result = this.#mapper.call(next.value, this.#contextOf(number));
        if (!isPromiseLike(result)) return element(result);
        this.#parallelism.comesLater();
        this.#await(number, () => result);
      } catch (error) {
        this.#skipped.add(errorAtElement(this.#options.name, number, error));
      }
    }
    this.#isAlone = false;
    return this.#nextOfMany();
  };

  async #nextOfMany(): Promise<Next<U>> {
    for (;;) {
      const next = await this.#nextResult();
      if (next === end) this.#skipped.report();
      if (next !== undefined) return next;
    }
  }

  /** The next result, the end, or nothing for an element that is passed by. */
  async #nextResult(): Promise<Next<U> | undefined> {
    const since = now();
    this.#stage?.addFill(this.#ready / this.#parallelism.elements);
    while (this.#running.length === 0 && !this.#hasEnded) {
      this.#refill();
      // What was there runs already, though the next is on its way: it is not waited for.
      if (this.#running.length > 0 || !this.#isFilling) continue;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#running.length === 0) {
      if (this.#failure) throw this.#failure.error;
      return end;
    }
    this.#refill();
    const ready = this.#options.isOrdered ? (this.#running[0] as Running<U>) : await this.#first();
    const result = await ready.result;
    this.#running.splice(this.#running.indexOf(ready), 1);
    this.#ready--;
    if ('value' in result) this.#parallelism.gave(result.value, since);
    this.#refill();
    if ('value' in result) return element(result.value);
    const error = errorAtElement(this.#options.name, ready.number, result.error);
    if (result.error instanceof StepFailure) throw error;
    this.#skipped.add(error);
    return undefined;
  }

  /** The first of those that run to be ready; of those that start meanwhile, too. */
  async #first(): Promise<Running<U>> {
    for (;;) {
      const waits: Promise<Running<U> | undefined>[] = this.#running.map((one) => one.result.then(() => one));
      if (this.#isFilling && this.#filling) waits.push(this.#filling.then(() => undefined));
      const first = await Promise.race(waits);
      if (first !== undefined) return first;
    }
  }

  /** What has not begun to run need not; of what may be skipped, only running tells how many there are. */
  async passBy(count: number): Promise<number> {
    const hasBegun = this.#isFilling || this.#running.length > 0 || this.#hasEnded;
    if (hasBegun || this.#options.onError.onError === 'skip') return passBy({ next: () => this.next() }, count);
    const passed = await this.#source.passBy(count);
    this.#next += passed;
    return passed;
  }

  position(): Position {
    // Where all that run come next, they are simply taken again. Out of order, some after the oldest may have been given already.
    const numbers = this.#running.map(({ number }) => number);
    const first = numbers[0] ?? this.#next;
    const comeNext = this.#next - first === numbers.length;
    const resumeAt = comeNext ? first : this.#next;
    return {
      running: comeNext ? [] : numbers,
      skipped: this.#skipped.count,
      source: this.#source.position(resumeAt),
    };
  }

  async close(): Promise<void> {
    this.#hasEnded = true;
    this.#parallelism.close();
    await this.#filling;
    await this.#mapper.close();
    await Promise.all(this.#running.map(({ result }) => result));
    await this.#source.close();
  }
}

/** Every element through a mapper, several at once. */
export function parallelMapStep<T, U>(
  source: PipelineStep<T>,
  mapperOf: (parallelism: Parallelism, pass: Pass) => Mapper<T, U>,
  options: ParallelOptions,
): PipelineStep<U> {
  const { parallel } = options;
  const tuned = typeof parallel === 'number' ? undefined : new ParallelismOfStep(parallel);
  const parallelismOf = (pass: Pass) => tuned?.open(pass) ?? fixedParallelism(parallel as number);
  return {
    text: `${source.text}.${options.name}()`,
    cardinality: options.onError.onError === 'skip' ? undefined : source.cardinality,
    open: (pass, position) => {
      const isOrdered = options.isOrdered || pass.isDeterministic;
      const parallelism = parallelismOf(pass);
      const map = new ParallelMap(mapperOf(parallelism, pass), { ...options, isOrdered }, parallelism, pass);
      return map.open(source, pass, position && ofSeveral(position));
    },
  };
}

/** A position of this map, also from one of a map of one at a time. */
function ofSeveral(position: Position): Position {
  if (!('index' in position)) return position;
  const index = savedCount(position, 'index');
  const source = { at: index, taken: index, anchor: savedPosition(position, 'source') };
  return { running: [], skipped: 'skipped' in position ? savedCount(position, 'skipped') : 0, source };
}

const tunedMap: TunedParallelism = { name: 'parallel', elementsEach: 1, settling: 0, window: 4 };

/** Every element through a function: `map` as users see it. */
export function mapElementsStep<T, U>(
  source: PipelineStep<T>,
  f: ElementFunction<T, U>,
  { parallel = 1, ordered = true, seed = 0, ...onError }: MapOptions,
): PipelineStep<U> {
  checkFunction('map', 'f', f);
  if (parallel !== 'auto') checkCount('map', 'parallel', parallel, 1);
  checkSeed('map', seed);
  checkOnError('map', onError.onError);
  const mapper = { call: f, close: async () => {} };
  const atOnce = parallel === 'auto' ? tunedMap : parallel;
  const options = { parallel: atOnce, isOrdered: ordered, seed, name: 'map', onError };
  const several = parallelMapStep(source, () => mapper, options);
  if (parallel !== 1) return several;
  const one = onError.onError === 'skip' ? skippingMapStep(source, f, seed, onError) : mapStep(source, f, seed);
  const isOfSeveral = (position: Position | undefined): boolean => position !== undefined && 'running' in position;
  return { ...one, open: (pass, position) => (isOfSeveral(position) ? several : one).open(pass, position) };
}
