/** `bucketByLength`: elements of like length gathered, padded and stacked. */
import { raise } from '@deft/core';
import { checkCount, checkFunction } from '../checks.ts';
import { type Cursor, element, end, type Next, type Pass, type PipelineStep, type Position } from '../cursor.ts';
import type { BucketOptions } from '../dataset-options.ts';
import { raiseAtElement } from '../errors.ts';
import { savedCounts, savedPosition } from '../saved-fields.ts';
import { TrackedCursor } from '../tracked-cursor.ts';
import { mapStep } from './map.ts';
import { padElements } from './padded-batch.ts';

/** How elements are gathered. */
interface BucketShape<T> {
  readonly lengthOf: (value: T) => number;
  /** Lengths at which the next bucket begins, rising: one bucket more than there are boundaries. */
  readonly boundaries: readonly number[];
  /** Elements a batch, for every bucket. */
  readonly batchSizes: readonly number[];
  readonly dropRemainder: boolean;
}

class Buckets<T> implements Cursor<T[]> {
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

  #empty(bucket: number): Next<T[]> {
    return element((this.#buckets[bucket] ?? []).splice(0).map(({ value }) => value));
  }

  async next(): Promise<Next<T[]>> {
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

/** The bucket of every length, checked. */
function bucketShape<T>(lengthOf: (value: T) => number, options: BucketOptions): BucketShape<T> {
  const { boundaries, batchSizes: sizes, dropRemainder = false } = options;
  const batchSizes = typeof sizes === 'number' ? [...boundaries, 0].map(() => sizes) : sizes;
  checkFunction('bucketByLength', 'lengthOf', lengthOf);
  const isRising = boundaries.every((boundary, i) => boundary > (i === 0 ? 0 : (boundaries[i - 1] as number)));
  if (!isRising || batchSizes.length !== boundaries.length + 1) {
    const expected = 'rising boundaries, and a batch size more than these';
    raise('E_ATTRIBUTE', { op: 'bucketByLength', expected, found: `${boundaries.join()} and ${batchSizes.join()}` });
  }
  for (const size of batchSizes) checkCount('bucketByLength', 'batchSizes', size, 1);
  return { lengthOf, boundaries, batchSizes, dropRemainder };
}

/** Padded batches of the elements of each bucket, in the order in which buckets are full; what is left at the end by bucket. */
export function bucketStep<T, U>(
  source: PipelineStep<T>,
  lengthOf: (value: T) => number,
  options: BucketOptions,
): PipelineStep<U> {
  const shape = bucketShape(lengthOf, options);
  const buckets: PipelineStep<T[]> = {
    text: `${source.text}.bucketByLength(${shape.boundaries.join()}; ${shape.batchSizes.join()})`,
    open: (pass, position) => new Buckets(shape).open(source, pass, position),
  };
  const step = mapStep(buckets, (elements) => padElements<U>(elements, options), 0, 'bucketByLength');
  return { ...step, text: buckets.text };
}
