/** One pass over a dataset as its user holds it: elements in turn, and where it stands as plain data. */
import { raise } from '@deft/core';
import { checkCount } from './checks.ts';
import { type Coming, type Cursor, type Next, type PipelineStep, type Position, passBy } from './cursor.ts';
import { type PassReport, reportOf } from './measuring/pass-report.ts';
import { PassMeasures } from './measuring/stages.ts';
import { PassEnd } from './pass-end.ts';
import type { PassSettings } from './pass-settings.ts';
import { savedCount, savedPosition } from './saved-fields.ts';
import { Budget } from './tuning/budget.ts';

/** Where an iterator stands: plain data, which JSON keeps. */
export interface IteratorState {
  readonly version: 1;
  /** The steps of the dataset, as far as they can be told apart. */
  readonly pipeline: string;
  readonly epoch: number;
  /** Number of elements given. */
  readonly given: number;
  readonly position: Position;
}

/** How a pass is made. */
export interface PassOptions {
  /** Number of the pass. What `shuffle` and `map` draw is a function of it. */
  readonly epoch?: number;
  /** Whether `cache` keeps what the pass gives, as it does unless told. A pass that looks at the first elements only has nothing to keep. */
  readonly keep?: boolean;
}

/**
 * A pass over a dataset. `state()` says where it stands, and `restore` goes on from there: in this iterator or in one of an equal
 * dataset, in this process or another.
 */
export class DatasetIterator<T> implements AsyncIterableIterator<T> {
  readonly #step: PipelineStep<T>;
  readonly #settings: PassSettings;
  readonly #keeps: boolean;
  #epoch: number;
  #cursor: Cursor<T> | undefined;
  #passEnd: PassEnd | undefined;
  #given = 0;
  #hasEnded = false;
  /** Calls wait for each other. */
  #queue: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #restoring: Position | undefined;
  readonly #measures = new PassMeasures();

  /** @internal Made by `Dataset.iterator`. */
  constructor(step: PipelineStep<T>, epoch: number, settings: PassSettings, keeps = true) {
    this.#step = step;
    this.#epoch = epoch;
    this.#settings = settings;
    this.#keeps = keeps;
  }

  #inTurn<R>(run: () => Promise<R>): Promise<R> {
    this.#waiting++;
    const turn = this.#queue.then(run);
    const pass = (): void => {
      this.#waiting--;
    };
    this.#queue = turn.then(pass, pass);
    return turn;
  }

  async #open(): Promise<Cursor<T>> {
    const { isDeterministic, budget } = this.#settings;
    this.#measures.begin();
    if (this.#cursor) return this.#cursor;
    this.#passEnd = new PassEnd();
    this.#cursor = await this.#step.open(
      {
        epoch: this.#epoch,
        isDeterministic,
        keeps: this.#keeps,
        end: this.#passEnd,
        budget: new Budget(budget),
        measures: this.#measures,
      },
      this.#restoring,
    );
    return this.#cursor;
  }

  /** The next element. After an error there are no more. */
  next(): Promise<IteratorResult<T, undefined>> {
    const coming = this.#waiting === 0 && this.#cursor ? nextOf(this.#cursor) : undefined;
    if (coming === undefined || coming instanceof Promise || coming.done) return this.#inTurn(() => this.#give(coming));
    // An element that is there takes no turn.
    this.#given++;
    return Promise.resolve(coming);
  }

  /** Gives what comes, or the next if nothing was asked for yet. */
  async #give(coming: Coming<Next<T>> | undefined): Promise<IteratorResult<T, undefined>> {
    if (this.#hasEnded) return { done: true, value: undefined };
    try {
      const next = await (coming ?? (await this.#open()).next());
      if (!next.done) {
        this.#given++;
        return next;
      }
      await this.#end();
      return { done: true, value: undefined };
    } catch (error) {
      await this.#end().catch(() => {});
      throw error;
    }
  }

  /**
   * Passes by so many elements, and gives how many there were. What is only mapped is not mapped for them, nor read where files
   * tell how long their parts are: cheaper than taking them, and the same for what follows.
   *
   * @throws `E_ATTRIBUTE` for what is no whole number.
   * @example
   * ```ts
   * import { range } from '@deft/data';
   * const iterator = range(10).map((x) => x * x).iterator();
   * console.log(await iterator.skip(8)); // 8
   * console.log((await iterator.next()).value); // 64
   * ```
   */
  skip(count: number): Promise<number> {
    checkCount('skip', 'count', count, 0);
    return this.#inTurn(async () => {
      if (this.#hasEnded) return 0;
      try {
        const passed = await passBy(await this.#open(), count);
        this.#given += passed;
        if (passed < count) await this.#end();
        return passed;
      } catch (error) {
        await this.#end().catch(() => {});
        throw error;
      }
    });
  }

  /** The state at the end keeps the last position, from where the end is found again. */
  async #end(): Promise<void> {
    this.#hasEnded = true;
    this.#measures.end();
    const cursor = this.#cursor;
    if (cursor) this.#restoring = cursor.position();
    this.#cursor = undefined;
    this.#passEnd?.reach();
    this.#passEnd = undefined;
    await cursor?.close();
  }

  /**
   * Where the pass stands: what comes next is what `restore` gives. Plain data, small whatever the elements are.
   *
   * @throws `E_PIPELINE` while a `next` is under way.
   */
  state(): IteratorState {
    if (this.#waiting > 0) {
      raise('E_PIPELINE', {
        op: 'state',
        says: 'the next element is on its way',
        hint: 'await what next() gives first',
      });
    }
    const position = this.#cursor?.position() ?? this.#restoring ?? {};
    return { version: 1, pipeline: this.#step.text, epoch: this.#epoch, given: this.#given, position };
  }

  /**
   * Goes on where a state says, wherever this pass stands. Elements that steps held then are read again.
   *
   * @throws `E_PIPELINE` for a state of another pipeline, or a damaged one.
   */
  restore(state: IteratorState): Promise<void> {
    return this.#inTurn(async () => {
      checkState(state, this.#step.text);
      await this.#end();
      this.#epoch = state.epoch;
      this.#given = state.given;
      this.#restoring = state.given === 0 && Object.keys(state.position).length === 0 ? undefined : state.position;
      this.#hasEnded = false;
      await this.#open();
    });
  }

  /**
   * What the pass has done so far, stage by stage: elements, the time that the stage took and the time that it was waited for, how
   * full its queue was, and what was chosen for it. As a text it is a table.
   *
   * @example
   * ```ts
   * import { range } from '@deft/data';
   * const pass = range(64).map(Math.sqrt).batch(32).iterator();
   * for await (const _ of pass);
   * console.log(pass.report().stages.map(({ name, elements }) => [name, elements])); // [['range(0, 64, 1)', 64], ['map()', 64], ['batch(32)', 2]]
   * console.log(`${pass.report()}`);
   * ```
   */
  report(): PassReport {
    return reportOf(this.#measures);
  }

  /** Ends the pass: what it holds (files, workers) is given back. */
  close(): Promise<void> {
    return this.#inTurn(() => this.#end());
  }

  /** Ends the pass, as `break` in a loop does. */
  async return(): Promise<IteratorResult<T, undefined>> {
    await this.close();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

function nextOf<T>(cursor: Cursor<T>): Coming<Next<T>> {
  try {
    return cursor.next();
  } catch (error) {
    return Promise.reject(error);
  }
}

function checkState(state: IteratorState, pipeline: string): void {
  const fields = savedPosition({ state: state as unknown as Position }, 'state');
  if (fields['version'] !== 1) {
    raise('E_PIPELINE', { op: 'restore', argument: 'version', expected: '1', found: String(fields['version']) });
  }
  if (fields['pipeline'] !== pipeline) {
    raise('E_PIPELINE', {
      op: 'restore',
      argument: 'state',
      expected: `that of ${pipeline}`,
      found: `that of ${String(fields['pipeline'])}`,
      hint: 'restore into a dataset that is made the same way',
    });
  }
  savedCount(fields, 'epoch');
  savedCount(fields, 'given');
  savedPosition(fields, 'position');
}
