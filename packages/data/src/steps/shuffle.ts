/**
 * `shuffle`: each element given is drawn from a buffer that is filled up again before the next draw. A draw is a function of
 * seed, pass and number of the draw.
 */
import { checkCount, checkSeed } from '../checks.ts';
import {
  type Coming,
  type Cursor,
  element,
  end,
  feed,
  goOn,
  type Next,
  type Pass,
  type PipelineStep,
  type Position,
} from '../cursor.ts';
import type { ShuffleOptions } from '../dataset-options.ts';
import { passKey, shufflePurpose, uniformAt } from '../random-words.ts';
import { savedCount, savedCounts, savedPosition } from '../saved-fields.ts';
import { TrackedCursor } from '../tracked-cursor.ts';

interface Held<T> {
  readonly number: number;
  readonly value: T;
}

class Shuffle<T> implements Cursor<T> {
  readonly #size: number;
  readonly #key: readonly [number, number];
  #source!: TrackedCursor<T>;
  #buffer: Held<T>[] = [];
  #drawn = 0;
  #hasEnded = false;

  constructor(size: number, seed: number, epoch: number) {
    this.#size = size;
    this.#key = passKey(seed, shufflePurpose, epoch);
  }

  async open(source: PipelineStep<T>, pass: Pass, position: Position | undefined): Promise<this> {
    const oldest = (): number =>
      this.#buffer.reduce((least, { number }) => Math.min(least, number), this.#source.taken);
    // Finding the oldest takes a look at the whole buffer: not more often than a few times a fill.
    const options = { oldest, stride: Math.max(16, Math.ceil(this.#size / 4)) };
    if (position === undefined) {
      this.#source = await TrackedCursor.open(source, pass, options);
      return this;
    }
    this.#drawn = savedCount(position, 'drawn');
    const held = savedCounts(position, 'held');
    const values = new Map<number, T>();
    const hold = (number: number, value: T): void => void values.set(number, value);
    this.#source = await TrackedCursor.open(source, pass, options, savedPosition(position, 'source'), held, hold);
    this.#buffer = held.map((number) => ({ number, value: values.get(number) as T }));
    return this;
  }

  next(): Coming<Next<T>> {
    const isFull = this.#hasEnded || this.#buffer.length >= this.#size;
    return isFull ? this.#draw() : goOn(feed(this.#source, this.#put), this.#draw);
  }

  readonly #put = (next: Next<T>): boolean => {
    if (next.done) this.#hasEnded = true;
    else this.#buffer.push({ number: this.#source.taken - 1, value: next.value });
    return !next.done && this.#buffer.length < this.#size;
  };

  readonly #draw = (): Next<T> => {
    const last = this.#buffer.length - 1;
    if (last < 0) return end;
    const place = Math.floor(uniformAt(this.#key, this.#drawn++) * (last + 1));
    const drawn = this.#buffer[place] as Held<T>;
    this.#buffer[place] = this.#buffer[last] as Held<T>;
    this.#buffer.pop();
    return element(drawn.value);
  };

  position(): Position {
    return {
      drawn: this.#drawn,
      held: this.#buffer.map(({ number }) => number),
      source: this.#source.position(this.#source.taken),
    };
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}

/** The elements in an order drawn from a buffer of `size`, anew for every pass or always the same. */
export function shuffleStep<T>(
  source: PipelineStep<T>,
  size: number,
  { seed = 0, reshuffleEachIteration: reshuffles = true }: ShuffleOptions,
): PipelineStep<T> {
  checkCount('shuffle', 'bufferSize', size, 1);
  checkSeed('shuffle', seed);
  return {
    text: `${source.text}.shuffle(${size}, ${seed}, ${reshuffles})`,
    cardinality: source.cardinality,
    open: (pass, position) => new Shuffle<T>(size, seed, reshuffles ? pass.epoch : 0).open(source, pass, position),
  };
}
