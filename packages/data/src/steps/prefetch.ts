/** `prefetch`: the next elements are taken while the last one is used. */
import { checkCount } from '../checks.ts';
import { type Cursor, element, end, type Next, type Pass, type PipelineStep, type Position } from '../cursor.ts';
import { savedPosition } from '../saved-fields.ts';
import { TrackedCursor } from '../tracked-cursor.ts';

class Prefetch<T> implements Cursor<T> {
  readonly #size: number;
  #source!: TrackedCursor<T>;
  readonly #ready: T[] = [];
  #given = 0;
  #hasEnded = false;
  #failure: { readonly error: unknown } | undefined;
  #isReading = false;
  #reading: Promise<void> | undefined;
  /** Called when something is ready, or nothing will be. */
  #wake: (() => void) | undefined;

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
        this.#wake?.();
      }
    } catch (error) {
      this.#hasEnded = true;
      this.#failure = { error };
      this.#wake?.();
    } finally {
      // In the turn in which the loop ended: whoever takes an element in the next one begins another.
      this.#isReading = false;
    }
  }

  #readOn(): void {
    if (this.#isReading) return;
    this.#isReading = true;
    this.#reading = this.#read();
  }

  async next(): Promise<Next<T>> {
    this.#readOn();
    while (this.#ready.length === 0 && !this.#hasEnded) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#readOn();
    }
    if (this.#ready.length > 0) {
      const value = this.#ready.shift() as T;
      this.#given++;
      this.#readOn();
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
