/** `window`: runs of elements that may overlap, or leave some out. */
import { checkCount } from '../checks.ts';
import { type Cursor, element, end, type Next, type Pass, type PipelineStep, type Position } from '../cursor.ts';
import type { WindowOptions } from '../dataset-options.ts';
import { savedCount, savedCounts, savedPosition } from '../saved-fields.ts';
import { TrackedCursor } from '../tracked-cursor.ts';
import { mapStep } from './map.ts';

/** Which elements a window has. */
interface WindowShape {
  /** So many elements. */
  readonly size: number;
  /** From the beginning of a window to that of the next. */
  readonly shift: number;
  /** From an element of a window to its next. */
  readonly stride: number;
  /** Whether windows at the end that lack elements are left out. */
  readonly dropRemainder: boolean;
}

class Windows<T> implements Cursor<T[]> {
  readonly #shape: WindowShape;
  #source!: TrackedCursor<T>;
  /** The elements of the next windows that are there already, by number. */
  readonly #held = new Map<number, T>();
  /** Number of the element with which the next window begins. */
  #start = 0;
  #hasEnded = false;

  constructor(shape: WindowShape) {
    this.#shape = shape;
  }

  async open(source: PipelineStep<T>, pass: Pass, position: Position | undefined): Promise<this> {
    this.#start = position ? savedCount(position, 'start') : 0;
    const held = position ? savedCounts(position, 'held') : [];
    const hold = (number: number, value: T): void => void this.#held.set(number, value);
    const options = { oldest: () => this.#start };
    const saved = position && savedPosition(position, 'source');
    this.#source = await TrackedCursor.open(source, pass, options, saved, held, hold);
    return this;
  }

  async next(): Promise<Next<T[]>> {
    const { size, shift, stride, dropRemainder } = this.#shape;
    const stop = this.#start + (size - 1) * stride + 1;
    if (!this.#hasEnded && this.#source.taken < this.#start) {
      const gap = this.#start - this.#source.taken;
      this.#hasEnded = (await this.#source.passBy(gap)) < gap;
    }
    while (!this.#hasEnded && this.#source.taken < stop) {
      const number = this.#source.taken;
      const next = await this.#source.next();
      if (next.done) this.#hasEnded = true;
      else this.#held.set(number, next.value);
    }
    const window: T[] = [];
    for (let number = this.#start; number < stop && this.#held.has(number); number += stride) {
      window.push(this.#held.get(number) as T);
    }
    if (window.length === 0 || (window.length < size && dropRemainder)) return end;
    this.#start += shift;
    for (const number of this.#held.keys()) if (number < this.#start) this.#held.delete(number);
    return element(window);
  }

  position(): Position {
    return { start: this.#start, held: [...this.#held.keys()], source: this.#source.position(this.#source.taken) };
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}

/** What is made of the elements of every window. */
export function windowStep<T, U>(
  source: PipelineStep<T>,
  size: number,
  { shift = size, stride = 1, dropRemainder = false }: WindowOptions,
  windowOf: (elements: readonly T[]) => U,
): PipelineStep<U> {
  for (const [name, value] of Object.entries({ size, shift, stride })) checkCount('window', name, value, 1);
  /** A window needs more elements than these, from its beginning on. */
  const least = dropRemainder ? (size - 1) * stride : 0;
  const windows: PipelineStep<T[]> = {
    text: `${source.text}.window(${size}, ${shift}, ${stride})`,
    cardinality:
      source.cardinality === undefined ? undefined : Math.max(0, Math.ceil((source.cardinality - least) / shift)),
    open: (pass, position) => new Windows<T>({ size, shift, stride, dropRemainder }).open(source, pass, position),
  };
  return mapStep(windows, windowOf, 0, 'window');
}
