/** Options of the steps of datasets. */
import type { NumberClass } from './host-arrays.ts';
import type { OnErrorOptions } from './skipped.ts';

/** One value for all parts of the elements, or a tree of their structure that says it for some. */
export type ForParts<V> = V | readonly ForParts<V>[] | { readonly [name: string]: ForParts<V> };

/** How functions of elements run. */
export interface MapOptions extends OnErrorOptions {
  /** So many elements at once, 1 unless told; or as many as turn out to be of use. */
  readonly parallel?: number | 'auto';
  /** Whether results keep the order of the elements, as they do unless told. Otherwise each is given as it becomes ready. */
  readonly ordered?: boolean;
  /** What `context.random()` and `context.seed` are drawn with, 0 unless told. */
  readonly seed?: number;
}

/** How functions of elements run in workers. */
export interface WorkerOptions extends OnErrorOptions {
  /** So many workers, 1 unless told; or as many as turn out to be of use. */
  readonly workers?: number | 'auto';
  /** Whether results keep the order of the elements, as they do unless told. */
  readonly ordered?: boolean;
  /** What the `seed` that the function is told of is drawn with, 0 unless told. */
  readonly seed?: number;
}

/** How elements become batches. */
export interface BatchOptions {
  /** Whether a last batch of fewer elements is left out. */
  readonly dropRemainder?: boolean;
  /** Class of the arrays that numbers become, `Float32Array` unless told: one, or a tree that says it for parts of the elements. */
  readonly numbers?: ForParts<NumberClass>;
}

/** How elements of different lengths become batches. */
export interface PaddedBatchOptions {
  /** Whether a last batch of fewer elements is left out. */
  readonly dropRemainder?: boolean;
  /** What stands in the added places, 0 unless told: one value, or a tree that says it for parts of the elements. */
  readonly padValues?: ForParts<number | bigint>;
  /**
   * Lengths to pad to: one for the first axis of every array, or a tree that says it for parts of the elements. The longest of
   * the batch unless told.
   */
  readonly lengths?: ForParts<number>;
}

/** How elements are gathered by length. */
export interface BucketOptions extends PaddedBatchOptions {
  /** Lengths at which the next bucket begins, rising. */
  readonly boundaries: readonly number[];
  /** Elements a batch: one number, or one for each bucket, of which there is one more than boundaries. */
  readonly batchSizes: number | readonly number[];
}

/** How elements of different lengths become batches without padding. */
export interface RaggedBatchOptions {
  /** Whether a last batch of fewer elements is left out. */
  readonly dropRemainder?: boolean;
}

/** How elements are dropped so that classes come as often as wanted. */
export interface ResampleOptions {
  /** 0 unless told. */
  readonly seed?: number;
  /** How often each class comes in the elements, in any unit. Found out on the way unless told. */
  readonly initialDistribution?: readonly number[];
}

/** How elements are shuffled. */
export interface ShuffleOptions {
  /** 0 unless told. */
  readonly seed?: number;
  /** Whether every pass has an order of its own, as it has unless told. */
  readonly reshuffleEachIteration?: boolean;
}

/** Which elements windows have. */
export interface WindowOptions {
  /** From the beginning of a window to that of the next; `size` unless told. */
  readonly shift?: number;
  /** From an element of a window to its next; 1 unless told. */
  readonly stride?: number;
  /** Whether windows that lack elements are left out. */
  readonly dropRemainder?: boolean;
}

/** How datasets are taken from in turn. */
export interface InterleaveOptions {
  /** So many at once, 4 unless told. */
  readonly cycleLength?: number;
  /** So many elements in a row from each, 1 unless told. */
  readonly blockLength?: number;
  /**
   * So many of them are opened and read at once, 1 unless told. With more than 1 the next `blockLength` elements of each are read
   * ahead, and so is the dataset that comes next.
   */
  readonly parallel?: number;
  /**
   * Whether the order is the same as with one at a time, as it is unless told. Otherwise those are passed over whose next element
   * is not there yet.
   */
  readonly ordered?: boolean;
}

/** Where elements are kept. */
export interface CacheOptions {
  /** A file; in memory unless told. */
  readonly file?: string;
  /**
   * Told apart from other versions: a file of another one is written anew. Change it with what cannot be seen from outside, such as a
   * function of `map` or data in memory.
   */
  readonly version?: string | number;
}
