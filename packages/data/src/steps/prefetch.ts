/** `prefetch`: the next elements are taken while the last one is used. */
import { checkCount } from '../checks.ts';
import {
  type Cursor,
  element,
  end,
  type Next,
  type Pass,
  type PipelineStep,
  type Position,
  passBy,
} from '../cursor.ts';
import type { Stage } from '../measuring/stages.ts';
import { savedPosition } from '../saved-fields.ts';
import { TrackedCursor } from '../tracked-cursor.ts';
import { type BufferSize, BufferSizeOfStep, fixedBufferSize } from '../tuning/buffer-size.ts';

/** A cursor that takes elements before they are asked for. */
export class Prefetch<T> implements Cursor<T> {
  readonly #buffer: BufferSize;
  #stage: Stage | undefined;
  #source!: TrackedCursor<T>;
  readonly #ready: T[] = [];
  #given = 0;
  #hasEnded = false;
  #failure: { readonly error: unknown } | undefined;
  #isReading = false;
  #reading: Promise<void> | undefined;
  /** Settles when something is ready, or nothing will be; there if someone waits for that. */
  #waiting: { readonly promise: Promise<void>; readonly wake: () => void } | undefined;

  constructor(buffer: BufferSize) {
    this.#buffer = buffer;
  }

  async open(source: PipelineStep<T>, pass: Pass, position: Position | undefined): Promise<this> {
    this.#stage = pass.stage;
    const saved = position && savedPosition(position, 'source');
    this.#source = await TrackedCursor.open(source, pass, { oldest: () => this.#given }, saved);
    this.#given = this.#source.taken;
    return this;
  }

  async #read(): Promise<void> {
    try {
      while (!this.#hasEnded && this.#ready.length < this.#buffer.size) {
        const next = await this.#source.next();
        if (next.done) this.#hasEnded = true;
        else {
          this.#ready.push(next.value);
          this.#buffer.took(next.value);
        }
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
    this.#stage?.addFill(this.#ready.length / this.#buffer.size);
    if (!this.#hasEnded) this.#buffer.asked(this.#ready.length);
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

  /** Before anything is taken ahead, it need not be taken at all. */
  async passBy(count: number): Promise<number> {
    if (this.#isReading || this.#ready.length > 0 || this.#hasEnded) return passBy({ next: () => this.next() }, count);
    const passed = await this.#source.passBy(count);
    this.#given += passed;
    return passed;
  }

  position(): Position {
    return { source: this.#source.position(this.#given) };
  }

  async close(): Promise<void> {
    this.#hasEnded = true;
    this.#buffer.close();
    await this.#reading;
    await this.#source.close();
  }
}

/** The same elements, up to `size` of them taken ahead, or as many as turn out to be of use. */
export function prefetchStep<T>(source: PipelineStep<T>, size: number | 'auto'): PipelineStep<T> {
  if (size !== 'auto') checkCount('prefetch', 'count', size, 1);
  const tuned = new BufferSizeOfStep();
  const bufferOf = (pass: Pass) => (size === 'auto' ? tuned.open(pass) : fixedBufferSize(size));
  return {
    text: `${source.text}.prefetch(${size})`,
    cardinality: source.cardinality,
    open: (pass, position) => new Prefetch<T>(bufferOf(pass)).open(source, pass, position),
  };
}
