/** Elements of like length gathered: what `bucketByLength` pads and stacks. */
import { type Cursor, element, end, type Next, type Pass, type PipelineStep, type Position } from '../cursor.ts';
import { raiseAtElement } from '../errors.ts';
import { savedCounts, savedPosition } from '../saved-fields.ts';
import { TrackedCursor } from '../tracked-cursor.ts';

/** How elements are gathered. */
export interface BucketShape<T> {
  readonly lengthOf: (value: T) => number;
  /** Lengths at which the next bucket begins, rising: one bucket more than there are boundaries. */
  readonly boundaries: readonly number[];
  /** Elements a batch, for every bucket. */
  readonly batchSizes: readonly number[];
  readonly dropRemainder: boolean;
}

/** Elements of one bucket, and its number. */
export interface Bucketful<T> {
  readonly elements: readonly T[];
  readonly bucket: number;
}

class Buckets<T> implements Cursor<Bucketful<T>> {
  readonly #shape: BucketShape<T>;
  readonly #buckets: { readonly number: number; readonly value: T }[][];
  #source!: TrackedCursor<T>;
  #hasEnded = false;

  constructor(shape: BucketShape<T>) {
    this.#shape = shape;
    this.#buckets = shape.batchSizes.map(() => []);
  }

  async open(source: PipelineStep<T>, pass: Pass, position: Position | undefined): Promise<this> {
    const oldest = (): number => Math.min(...this.#buckets.map((bucket) => bucket[0]?.number ?? this.#source.taken));
    const held = position ? savedCounts(position, 'held') : [];
    const hold = (number: number, value: T): void => void this.#put(number, value);
    const saved = position && savedPosition(position, 'source');
    this.#source = await TrackedCursor.open(source, pass, { oldest }, saved, held, hold);
    return this;
  }

  /** Puts an element into its bucket, and gives the bucket's number. */
  #put(number: number, value: T): number {
    const { lengthOf, boundaries } = this.#shape;
    let length: number;
    try {
      length = lengthOf(value);
      if (!(length >= 0)) throw new Error(`the length is ${length}`);
    } catch (error) {
      raiseAtElement('bucketByLength', number, error);
    }
    const found = boundaries.findIndex((boundary) => length < boundary);
    const bucket = found < 0 ? boundaries.length : found;
    this.#buckets[bucket]?.push({ number, value });
    return bucket;
  }

  #empty(bucket: number): Next<Bucketful<T>> {
    const elements = (this.#buckets[bucket] ?? []).splice(0).map(({ value }) => value);
    return element({ elements, bucket });
  }

  async next(): Promise<Next<Bucketful<T>>> {
    while (!this.#hasEnded) {
      const number = this.#source.taken;
      const next = await this.#source.next();
      if (next.done) {
        this.#hasEnded = true;
      } else {
        const bucket = this.#put(number, next.value);
        if (this.#buckets[bucket]?.length === this.#shape.batchSizes[bucket]) return this.#empty(bucket);
      }
    }
    const left = this.#shape.dropRemainder ? -1 : this.#buckets.findIndex(({ length }) => length > 0);
    return left < 0 ? end : this.#empty(left);
  }

  position(): Position {
    const held = this.#buckets.flatMap((bucket) => bucket.map(({ number }) => number));
    return { held, source: this.#source.position(this.#source.taken) };
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}

/** Bucketfuls in the order in which they are full; what is left at the end by bucket. */
export function bucketStep<T>(source: PipelineStep<T>, shape: BucketShape<T>): PipelineStep<Bucketful<T>> {
  return {
    text: `${source.text}.bucketByLength(${shape.boundaries.join()}; ${shape.batchSizes.join()})`,
    open: (pass, position) => new Buckets(shape).open(source, pass, position),
  };
}
