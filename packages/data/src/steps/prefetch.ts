/** `prefetch`: the next elements are taken while the last one is used. */
import { checkCount } from '../checks.ts';
import { type Cursor, element, end, type Next, type Pass, type PipelineStep, type Position } from '../cursor.ts';
import { savedPosition } from '../saved-fields.ts';
import { TrackedCursor } from '../tracked-cursor.ts';

/** A cursor that takes elements before they are asked for. */
export class Prefetch<T> implements Cursor<T> {
  readonly #size: number;
  #source!: TrackedCursor<T>;
  readonly #ready: T[] = [];
  #given = 0;
  #hasEnded = false;
  #failure: { readonly error: unknown } | undefined;
  #isReading = false;
  #reading: Promise<void> | undefined;
  /** Settles when something is ready, or nothing will be; there if someone waits for that. */
  #waiting: { readonly promise: Promise<void>; readonly wake: () => void } | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  async open(source: PipelineStep<T>, pass: Pass, position: Position | undefined): Promise<this> {
    const saved = position && savedPosition(position, 'source');
    this.#source = await TrackedCursor.open(source, pass, { oldest: () => this.#given }, saved);
    this.#given = this.#source.taken;
    return this;
  }

  async #read(): Promise<void> {
    try {
      while (!this.#hasEnded && this.#ready.length < this.#size) {
        const next = await this.#source.next();
        if (next.done) this.#hasEnded = true;
        else this.#ready.push(next.value);
        this.#wake();
      }
    } catch (error) {
      this.#hasEnded = true;
      this.#failure = { error };
      this.#wake();
    } finally {
      // In the turn in which the loop ended: whoever takes an element in the next one begins another.
      this.#isReading = false;
    }
  }

  #wake(): void {
    this.#waiting?.wake();
    this.#waiting = undefined;
  }

  /** Begins to take elements, if none was asked for yet. */
  start(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#reading = this.#read();
  }

  /** Whether an element is there, or none will be. */
  get isReady(): boolean {
    return this.#ready.length > 0 || this.#hasEnded;
  }

  /** Settles when that is so. */
  async whenReady(): Promise<void> {
    while (!this.isReady) {
      this.start();
      if (this.#waiting === undefined) {
        let wake = (): void => {};
        const promise = new Promise<void>((resolve) => {
          wake = resolve;
        });
        this.#waiting = { promise, wake };
      }
      await this.#waiting.promise;
    }
  }

  async next(): Promise<Next<T>> {
    this.start();
    await this.whenReady();
    if (this.#ready.length > 0) {
      const value = this.#ready.shift() as T;
      this.#given++;
      this.start();
      return element(value);
    }
    if (this.#failure) throw this.#failure.error;
    return end;
  }

  position(): Position {
    return { source: this.#source.position(this.#given) };
  }

  async close(): Promise<void> {
    this.#hasEnded = true;
    await this.#reading;
    await this.#source.close();
  }
}

/** The same elements, up to `size` of them taken ahead. */
export function prefetchStep<T>(source: PipelineStep<T>, size: number): PipelineStep<T> {
  checkCount('prefetch', 'count', size, 1);
  return {
    text: `${source.text}.prefetch(${size})`,
    cardinality: source.cardinality,
    open: (pass, position) => new Prefetch<T>(size).open(source, pass, position),
  };
}
