/**
 * A dataset: an immutable description of where elements come from and what happens to them. Every method gives another one;
 * nothing is read before a pass begins. What each does stands in its own file of `steps`.
 */
import { raise } from '@deft/core';
import type { Batched, Unbatched } from './batch-types.ts';
import { checkCount, checkFunction, checkSeed } from './checks.ts';
import type { PipelineStep } from './cursor.ts';
import type {
  BatchOptions,
  BucketOptions,
  InterleaveOptions,
  MapOptions,
  PaddedBatchOptions,
  ShuffleOptions,
  WindowOptions,
  WorkerOptions,
} from './dataset-options.ts';
import { DatasetIterator, type PassOptions } from './iterator.ts';
import { arraySource } from './sources/array-source.ts';
import { bucketStep } from './steps/bucket.ts';
import { cacheStep } from './steps/cache.ts';
import { batchStep } from './steps/collate.ts';
import { concatenateStep } from './steps/concatenate.ts';
import { filterStep } from './steps/filter.ts';
import { interleaveStep } from './steps/interleave.ts';
import { type ElementFunction, mapStep } from './steps/map.ts';
import { parallelMapStep } from './steps/map-parallel.ts';
import { paddedBatchStep, padElements } from './steps/padded-batch.ts';
import { prefetchStep } from './steps/prefetch.ts';
import { repeatStep } from './steps/repeat.ts';
import { type ScanFunction, scanStep } from './steps/scan.ts';
import { shardStep } from './steps/shard.ts';
import { shuffleStep } from './steps/shuffle.ts';
import { skipStep } from './steps/skip.ts';
import { takeStep } from './steps/take.ts';
import { takeWhileStep } from './steps/take-while.ts';
import { unbatchStep } from './steps/unbatch.ts';
import { windowStep } from './steps/window.ts';
import { workerMapper } from './workers/worker-mapper.ts';

/**
 * Elements of type `T`, as many as there are. `for await` makes a pass; the next one is another epoch, for which `shuffle` and
 * random maps draw anew. Every pass is a function of the seeds and of its number.
 *
 * @example
 * ```ts
 * import { range } from '@deft/data';
 * const batches = range(7).map((x) => [x, x * x]).batch(3);
 * for await (const [x, y] of batches) console.log(x, y);
 * ```
 */
export class Dataset<out T> implements AsyncIterable<T> {
  /** @internal */
  readonly step: PipelineStep<T>;
  readonly #isDeterministic: boolean;
  #passes = 0;

  /** @internal Made by functions such as `fromArray`. */
  constructor(step: PipelineStep<T>, isDeterministic = false) {
    this.step = step;
    this.#isDeterministic = isDeterministic;
  }

  #with<U>(step: PipelineStep<U>): Dataset<U> {
    return new Dataset(step, this.#isDeterministic);
  }

  /** The next pass. */
  [Symbol.asyncIterator](): DatasetIterator<T> {
    return this.iterator({ epoch: this.#passes++ });
  }

  /**
   * A pass of a given number, 0 unless told, that can say where it stands and go on from there.
   *
   * @example
   * ```ts
   * import { range } from '@deft/data';
   * const dataset = range(5).shuffle(5, { seed: 3 });
   * const first = dataset.iterator();
   * await first.next();
   * const saved = JSON.stringify(first.state());
   * const second = dataset.iterator();
   * await second.restore(JSON.parse(saved));
   * console.log((await first.next()).value === (await second.next()).value); // true
   * ```
   */
  iterator({ epoch = 0 }: PassOptions = {}): DatasetIterator<T> {
    checkCount('iterator', 'epoch', epoch, 0);
    return new DatasetIterator(this.step, epoch, this.#isDeterministic);
  }

  /** All elements of a pass. */
  async toArray(options: PassOptions = {}): Promise<T[]> {
    const elements: T[] = [];
    for await (const element of this.iterator(options)) elements.push(element);
    return elements;
  }

  /** Keeps the order of elements in every step, also in those that were told not to: two passes of one number are then the same. */
  deterministic(): Dataset<T> {
    return new Dataset(this.step, true);
  }

  /**
   * Every element through a function, which may be asynchronous: several at once if told, in their order unless told otherwise.
   * The function should depend on its arguments alone; `context.random()` and `context.seed` are random and yet the same
   * whenever the element is mapped again.
   *
   * @throws `E_PIPELINE` that names the element when the function throws.
   * @example
   * ```ts
   * import { range } from '@deft/data';
   * const noisy = range(3).map((x, { random }) => x + random() / 2, { seed: 7, parallel: 2 });
   * console.log((await noisy.toArray()).map(Math.floor)); // [0, 1, 2]
   * ```
   */
  map<const U>(f: ElementFunction<T, U>, options: MapOptions = {}): Dataset<U> {
    const { parallel = 1, ordered = true, seed = 0 } = options;
    checkFunction('map', 'f', f);
    checkCount('map', 'parallel', parallel, 1);
    checkSeed('map', seed);
    if (parallel === 1) return this.#with(mapStep(this.step, f, seed));
    const mapper = { call: f, close: async () => {} };
    return this.#with(parallelMapStep(this.step, () => mapper, { parallel, isOrdered: ordered, seed, name: 'map' }));
  }

  /**
   * Every element through a function that a module exports, in workers, while this thread does something else. Elements and results
   * are copied; arrays that a result holds whole are handed over. The function is told the element's `index`, `epoch` and `seed`.
   *
   * @throws `E_PIPELINE` that names the element when the function throws, or an element (a tensor) cannot be copied.
   */
  mapInWorkers<U>(
    module: string | { readonly href: string },
    exported: string,
    options: WorkerOptions = {},
  ): Dataset<U> {
    const { workers = 1, ordered = true, seed = 0 } = options;
    checkCount('mapInWorkers', 'workers', workers, 1);
    checkSeed('mapInWorkers', seed);
    const f = { module: typeof module === 'string' ? module : module.href, exported, workers };
    // One element waits at every worker, so that none has to wait for its next.
    const parallel = { parallel: 2 * workers, isOrdered: ordered, seed, name: 'mapInWorkers' };
    return this.#with(parallelMapStep(this.step, () => workerMapper<T, U>(f), parallel));
  }

  /** The elements for which a function holds. */
  filter<S extends T>(keeps: (value: T) => value is S): Dataset<S>;
  filter(keeps: (value: T) => boolean | PromiseLike<boolean>): Dataset<T>;
  filter(keeps: (value: T) => boolean | PromiseLike<boolean>): Dataset<T> {
    checkFunction('filter', 'keeps', keeps);
    return this.#with(filterStep(this.step, keeps));
  }

  /** The elements before the first for which a function does not hold. */
  takeWhile(holds: (value: T) => boolean | PromiseLike<boolean>): Dataset<T> {
    checkFunction('takeWhile', 'holds', holds);
    return this.#with(takeWhileStep(this.step, holds));
  }

  /** What a function gives of a running state and every element. To go on from a state, a pass is read from its beginning. */
  scan<S, const U>(initial: S, f: ScanFunction<S, T, U>): Dataset<U> {
    checkFunction('scan', 'f', f);
    return this.#with(scanStep(this.step, initial, f));
  }

  /**
   * Batches of elements: numbers become a `Float32Array` (or the class of `numbers`), booleans a `Uint8Array`, typed arrays and
   * tensors get an axis in front, texts an array. Arrays and plain objects are structure and stay. The last batch may be smaller.
   *
   * @throws `E_TREE`, `E_DTYPE` or `E_SHAPE`, within `E_PIPELINE`, where elements are not alike.
   * @example
   * ```ts
   * import { fromArray } from '@deft/data';
   * const pairs = fromArray([[1, 'a'], [2, 'b'], [3, 'c']] as [number, string][]);
   * console.log(await pairs.batch(2, { dropRemainder: true }).toArray());
   * ```
   */
  batch<const N extends number>(
    size: N,
    options: BatchOptions & { readonly dropRemainder: true },
  ): Dataset<Batched<T, N>>;
  batch(size: number, options?: BatchOptions): Dataset<Batched<T>>;
  batch(size: number, options: BatchOptions = {}): Dataset<Batched<T>> {
    const { dropRemainder = false, numbers } = options;
    checkCount('batch', 'size', size, 1);
    return this.#with(batchStep<Batched<T>>(this.step, size, { dropRemainder, numbers }));
  }

  /**
   * Batches of elements whose typed arrays have different lengths: they are padded to the longest of the batch, or to given
   * lengths.
   *
   * @throws `E_SHAPE`, within `E_PIPELINE`, for an array longer than that, or of another rank.
   */
  paddedBatch(size: number, options: PaddedBatchOptions = {}): Dataset<Batched<T>> {
    checkCount('paddedBatch', 'size', size, 1);
    return this.#with(paddedBatchStep<Batched<T>>(this.step, size, options.dropRemainder === true, options));
  }

  /**
   * Padded batches of elements of like length: those from one of `boundaries` to before the next go together.
   *
   * @throws `E_ATTRIBUTE` unless the boundaries rise and `batchSizes` has one size more than there are boundaries.
   */
  bucketByLength(lengthOf: (value: T) => number, options: BucketOptions): Dataset<Batched<T>> {
    const { boundaries, batchSizes, dropRemainder = false } = options;
    const sizes = typeof batchSizes === 'number' ? [...boundaries, 0].map(() => batchSizes) : batchSizes;
    checkFunction('bucketByLength', 'lengthOf', lengthOf);
    const isRising = boundaries.every((boundary, i) => boundary > (i === 0 ? 0 : (boundaries[i - 1] as number)));
    if (!isRising || sizes.length !== boundaries.length + 1) {
      const expected = 'rising boundaries, and a batch size more than these';
      raise('E_ATTRIBUTE', { op: 'bucketByLength', expected, found: `${boundaries.join()} and ${sizes.join()}` });
    }
    for (const size of sizes) checkCount('bucketByLength', 'batchSizes', size, 1);
    const buckets = bucketStep(this.step, { lengthOf, boundaries, batchSizes: sizes, dropRemainder });
    const pad = ({ elements }: { readonly elements: readonly T[] }) => padElements<Batched<T>>(elements, options);
    return this.#with({ ...mapStep(buckets, pad, 0, 'bucketByLength'), text: buckets.text });
  }

  /** The elements that batches are made of. */
  unbatch(): Dataset<Unbatched<T>> {
    return this.#with(unbatchStep<Unbatched<T>>(this.step));
  }

  /**
   * The elements in another order: each is drawn from the next `bufferSize`. A buffer as large as the dataset draws every order
   * alike. Each pass has an order of its own, a function of `seed` and the number of the pass.
   */
  shuffle(bufferSize: number, options: ShuffleOptions = {}): Dataset<T> {
    const { seed = 0, reshuffleEachIteration = true } = options;
    checkCount('shuffle', 'bufferSize', bufferSize, 1);
    checkSeed('shuffle', seed);
    return this.#with(shuffleStep(this.step, bufferSize, seed, reshuffleEachIteration));
  }

  /** So many passes one after the other, without end unless told. `shuffle` before it draws anew for each of them. */
  repeat(count: number = Number.POSITIVE_INFINITY): Dataset<T> {
    if (count !== Number.POSITIVE_INFINITY) checkCount('repeat', 'count', count, 0);
    return this.#with(repeatStep(this.step, count));
  }

  /** The first elements. */
  take(count: number): Dataset<T> {
    checkCount('take', 'count', count, 0);
    return this.#with(takeStep(this.step, count));
  }

  /** All but the first elements. */
  skip(count: number): Dataset<T> {
    checkCount('skip', 'count', count, 0);
    return this.#with(skipStep(this.step, count));
  }

  /** The elements with their numbers in front. */
  enumerate(start = 0): Dataset<[index: number, value: T]> {
    const pair = (value: T, { index }: { readonly index: number }): [number, T] => [start + index, value];
    return this.#with(mapStep(this.step, pair, 0, 'enumerate'));
  }

  /** The elements of this dataset, then those of others. */
  concatenate<U>(...others: readonly Dataset<U>[]): Dataset<T | U> {
    return this.#with(concatenateStep<T | U>([this.step, ...others.map(({ step }) => step)]));
  }

  /**
   * Windows of elements, each a dataset: `size` of them, `stride` apart, the next window beginning `shift` later. Windows at the
   * end may have fewer.
   */
  window(size: number, options: WindowOptions = {}): Dataset<Dataset<T>> {
    const { shift = size, stride = 1, dropRemainder = false } = options;
    for (const [name, value] of Object.entries({ size, shift, stride })) checkCount('window', name, value, 1);
    const windows = windowStep(this.step, { size, shift, stride, dropRemainder });
    return this.#with(mapStep(windows, (elements) => this.#with(arraySource(elements)), 0, 'window'));
  }

  /**
   * The elements of the datasets that a function makes of elements: `blockLength` in a row from each of `cycleLength` of them in
   * turn.
   */
  interleave<U>(f: (value: T) => Dataset<U> | PromiseLike<Dataset<U>>, options: InterleaveOptions = {}): Dataset<U> {
    const { cycleLength = 4, blockLength = 1 } = options;
    checkFunction('interleave', 'f', f);
    checkCount('interleave', 'cycleLength', cycleLength, 1);
    checkCount('interleave', 'blockLength', blockLength, 1);
    const stepOf = async (value: T): Promise<PipelineStep<U>> => (await f(value)).step;
    return this.#with(interleaveStep(this.step, stepOf, cycleLength, blockLength));
  }

  /** The elements of the datasets that a function makes of elements, one dataset after the other. */
  flatMap<U>(f: (value: T) => Dataset<U> | PromiseLike<Dataset<U>>): Dataset<U> {
    return this.interleave(f, { cycleLength: 1 });
  }

  /** Every `count`-th element, from number `index` on: the shards of all indices have every element once. */
  shard(count: number, index: number): Dataset<T> {
    checkCount('shard', 'count', count, 1);
    checkCount('shard', 'index', index, 0);
    if (index >= count) {
      raise('E_ATTRIBUTE', { op: 'shard', argument: 'index', expected: `less than ${count}`, found: String(index) });
    }
    return this.#with(shardStep(this.step, count, index));
  }

  /**
   * Keeps the elements in memory once a pass has seen them all. They are those of pass 0: what is random before `cache` is drawn
   * once.
   */
  cache(): Dataset<T> {
    return this.#with(cacheStep(this.step));
  }

  /** Takes up to `count` elements ahead while others are used. */
  prefetch(count = 2): Dataset<T> {
    checkCount('prefetch', 'count', count, 1);
    return this.#with(prefetchStep(this.step, count));
  }
}
