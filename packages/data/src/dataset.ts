/**
 * A dataset: an immutable description of where elements come from and what happens to them. Every method gives another one;
 * nothing is read before a pass begins. What each does stands in its own file of `steps`.
 */
import type { Batched, RaggedBatched, Unbatched } from './batch-types.ts';
import { checkCount } from './checks.ts';
import type { PipelineStep } from './cursor.ts';
import type {
  BatchOptions,
  BucketOptions,
  CacheOptions,
  InterleaveOptions,
  MapOptions,
  PaddedBatchOptions,
  RaggedBatchOptions,
  ResampleOptions,
  ShuffleOptions,
  WindowOptions,
  WorkerOptions,
} from './dataset-options.ts';
import { DatasetIterator, type PassOptions } from './iterator.ts';
import { measuredStep } from './measuring/measured-step.ts';
import type { PassReport } from './measuring/pass-report.ts';
import { combinedSettings, defaultSettings, type PassSettings } from './pass-settings.ts';
import type { OnErrorOptions } from './skipped.ts';
import { arraySource } from './sources/array-source.ts';
import { bucketStep } from './steps/bucket.ts';
import { cacheStep } from './steps/cache.ts';
import { batchStep } from './steps/collate.ts';
import { concatenateStep } from './steps/concatenate.ts';
import { filterStep } from './steps/filter.ts';
import { type GroupByWindowOptions, groupByWindowStep } from './steps/group-by-window.ts';
import type { GroupKey } from './steps/grouped.ts';
import { interleaveStep } from './steps/interleave.ts';
import { type ElementFunction, enumerateStep } from './steps/map.ts';
import { mapElementsStep } from './steps/map-parallel.ts';
import { paddedBatchStep } from './steps/padded-batch.ts';
import { prefetchStep } from './steps/prefetch.ts';
import { raggedBatchStep } from './steps/ragged-batch.ts';
import { type ReduceFunction, reduceElements } from './steps/reduce.ts';
import { rejectionResampleStep } from './steps/rejection-resample.ts';
import { repeatStep } from './steps/repeat.ts';
import { type ScanFunction, scanStep } from './steps/scan.ts';
import { shardStep } from './steps/shard.ts';
import { shuffleStep } from './steps/shuffle.ts';
import { skipStep } from './steps/skip.ts';
import { takeStep } from './steps/take.ts';
import { takeWhileStep } from './steps/take-while.ts';
import { unbatchStep } from './steps/unbatch.ts';
import { uniqueStep } from './steps/unique.ts';
import { windowStep } from './steps/window.ts';
import { saveElements } from './stored/save-elements.ts';
import { type BudgetOptions, checkBudget } from './tuning/budget.ts';
import { workerMapStep } from './workers/worker-mapper.ts';

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
  readonly #settings: PassSettings;
  #passes = 0;
  #newest: DatasetIterator<T> | undefined;

  /** @internal Made by functions such as `fromArray`. */
  constructor(step: PipelineStep<T>, settings: PassSettings = defaultSettings) {
    this.step = measuredStep(step);
    this.#settings = settings;
  }

  /** @internal A dataset made of several: what any of them says of its passes holds of it. */
  static of<U>(parts: readonly Dataset<unknown>[], step: PipelineStep<U>): Dataset<U> {
    return new Dataset(step, combinedSettings(parts.map((part) => part.#settings)));
  }

  #with<U>(step: PipelineStep<U>): Dataset<U> {
    return new Dataset(step, this.#settings);
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
  iterator({ epoch = 0, keep = true }: PassOptions = {}): DatasetIterator<T> {
    checkCount('iterator', 'epoch', epoch, 0);
    this.#newest = new DatasetIterator(this.step, epoch, this.#settings, keep);
    return this.#newest;
  }

  /** What the newest pass has done so far, stage by stage: that of the last epoch after `fit`. Nothing before there was a pass. */
  report(): PassReport | undefined {
    return this.#newest?.report();
  }

  /** All elements of a pass. */
  async toArray(options: PassOptions = {}): Promise<T[]> {
    const elements: T[] = [];
    for await (const element of this.iterator(options)) elements.push(element);
    return elements;
  }

  /**
   * One value of all elements of a pass: what a function gives of the value so far and each element in turn.
   *
   * @throws `E_PIPELINE` that names the element when the function throws.
   */
  reduce<S>(initial: S, f: ReduceFunction<S, T>, options: PassOptions = {}): Promise<S> {
    return reduceElements(this.iterator(options), initial, f);
  }

  /** How many elements every pass has, `Infinity` without an end, `undefined` where only a pass can tell: after `filter`, of lines. */
  cardinality(): number | undefined {
    return this.step.cardinality;
  }

  /** What a function makes of this dataset: steps that are used in several places read in a row with the others. */
  apply<R>(f: (dataset: this) => R): R {
    return f(this);
  }

  /**
   * Keeps the order of elements in every step, also in those that were told not to: two passes of one number are then the same.
   * Whatever this becomes a part of, as in `zip`, keeps it as well.
   */
  deterministic(): Dataset<T> {
    return new Dataset(this.step, { ...this.#settings, isDeterministic: true });
  }

  /**
   * What the steps that are told `'auto'` may use together in a pass: workers, elements, bytes. Where several datasets become one,
   * the smallest holds.
   *
   * @throws `E_ATTRIBUTE` for what is no whole number of at least 1.
   */
  budget(options: BudgetOptions): Dataset<T> {
    return new Dataset(this.step, { ...this.#settings, budget: checkBudget(options) });
  }

  /**
   * Every element through a function, which may be asynchronous: several at once if told, in their order unless told otherwise.
   * That is of use where the function waits; what it computes, this thread computes one by one, and `mapInWorkers` is for that.
   * `parallel: 'auto'` finds out how many while passes run. The function should depend on its arguments alone; `context.random()` and `context.seed` are random and yet the same
   * whenever the element is mapped again.
   *
   * @throws `E_PIPELINE` that names the element when the function throws, unless `onError: 'skip'` passes it by.
   * @example
   * ```ts
   * import { range } from '@deft/data';
   * const noisy = range(3).map((x, { random }) => x + random() / 2, { seed: 7, parallel: 2 });
   * console.log((await noisy.toArray()).map(Math.floor)); // [0, 1, 2]
   * ```
   */
  map<const U>(f: ElementFunction<T, U>, options: MapOptions = {}): Dataset<U> {
    return this.#with(mapElementsStep(this.step, f, options));
  }

  /**
   * Every element through a function that a module exports, in workers, while this thread does something else. Elements and results
   * are copied; arrays that a result holds whole are handed over. The function is told the element's `index`, `epoch` and `seed`.
   * `workers: 'auto'` takes more of them while the reader waits and elements come faster for it.
   * Workers, and the module in them, are kept for later passes; `closeWorkers` ends them sooner than a minute without one does.
   *
   * @throws `E_PIPELINE` that names the element when the function throws, or an element (a tensor) cannot be copied,
   * unless `onError: 'skip'` passes it by.
   */
  mapInWorkers<U>(
    module: string | { readonly href: string },
    exported: string,
    options: WorkerOptions = {},
  ): Dataset<U> {
    return this.#with(workerMapStep<T, U>(this.step, module, exported, options));
  }

  /** The elements for which a function holds. Those for which it throws end the pass, or are passed by with `onError: 'skip'`. */
  filter<S extends T>(keeps: (value: T) => value is S, options?: OnErrorOptions): Dataset<S>;
  filter(keeps: (value: T) => boolean | PromiseLike<boolean>, options?: OnErrorOptions): Dataset<T>;
  filter(keeps: (value: T) => boolean | PromiseLike<boolean>, options: OnErrorOptions = {}): Dataset<T> {
    return this.#with(filterStep(this.step, keeps, options));
  }

  /** The elements before the first for which a function does not hold. */
  takeWhile(holds: (value: T) => boolean | PromiseLike<boolean>): Dataset<T> {
    return this.#with(takeWhileStep(this.step, holds));
  }

  /** What a function gives of a running state and every element. To go on from a state, a pass is read from its beginning. */
  scan<S, const U>(initial: S, f: ScanFunction<S, T, U>): Dataset<U> {
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
    return this.#with(batchStep<Batched<T>>(this.step, size, options));
  }

  /**
   * Batches of elements whose typed arrays have different lengths: they are padded to the longest of the batch, or to given
   * lengths.
   *
   * @throws `E_SHAPE`, within `E_PIPELINE`, for an array longer than that, or of another rank.
   */
  paddedBatch(size: number, options: PaddedBatchOptions = {}): Dataset<Batched<T>> {
    return this.#with(paddedBatchStep<Batched<T>>(this.step, size, options));
  }

  /**
   * Padded batches of elements of like length: those from one of `boundaries` to before the next go together.
   *
   * @throws `E_ATTRIBUTE` unless the boundaries rise and `batchSizes` has one size more than there are boundaries.
   */
  bucketByLength(lengthOf: (value: T) => number, options: BucketOptions): Dataset<Batched<T>> {
    return this.#with(bucketStep<T, Batched<T>>(this.step, lengthOf, options));
  }

  /**
   * Batches of elements whose typed arrays have different lengths, without padding: `{ values, rowSplits }`, all rows in a row and
   * where each array begins. `unbatch` is the way back.
   *
   * @throws `E_SHAPE`, within `E_PIPELINE`, where more than the first axis differs.
   */
  raggedBatch(size: number, options: RaggedBatchOptions = {}): Dataset<RaggedBatched<T>> {
    return this.#with(raggedBatchStep<RaggedBatched<T>>(this.step, size, options));
  }

  /**
   * Windows of elements of one key, `size` of them or `sizeOf` the key, and the elements of what `reduce` makes of each window, a
   * dataset. Windows come as they are full; those that are left at the end in the order of their keys, with fewer elements.
   *
   * @throws `E_PIPELINE` that names the element when `keyOf` or `sizeOf` throws.
   * @example
   * ```ts
   * import { range } from '@deft/data';
   * const parities = range(7).groupByWindow((x) => x % 2, { size: 3, reduce: (_, window) => window.batch(3) });
   * console.log((await parities.toArray()).map((x) => [...x])); // [[0, 2, 4], [1, 3, 5], [6]]
   * ```
   */
  groupByWindow<K extends GroupKey, U>(
    keyOf: (value: T) => K,
    options: GroupByWindowOptions<K, Dataset<T>, U>,
  ): Dataset<U> {
    return this.#with(groupByWindowStep(this.step, keyOf, options, (elements) => this.#with(arraySource(elements))));
  }

  /**
   * Drops elements at random so that classes come as often as `targetDistribution` says, in any unit: its class, from 0 on, is what
   * `classOf` gives of an element. The elements stay as they are, without their class in front of them as in TensorFlow. How
   * often classes come before is counted on the way unless told; the first elements are then kept by guess.
   *
   * @throws `E_ATTRIBUTE` for weights that are none; `E_PIPELINE` that names the element when `classOf` gives no class.
   */
  rejectionResample(
    classOf: (value: T) => number,
    targetDistribution: readonly number[],
    options: ResampleOptions = {},
  ): Dataset<T> {
    return this.#with(rejectionResampleStep(this.step, classOf, targetDistribution, options));
  }

  /**
   * Each element once, the first time it comes. Objects are all different: `keyOf` says by what to compare them. To go on from a
   * state, a pass is read from its beginning.
   */
  unique(keyOf: (value: T) => unknown = (value) => value): Dataset<T> {
    return this.#with(uniqueStep(this.step, keyOf));
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
    return this.#with(shuffleStep(this.step, bufferSize, options));
  }

  /** So many passes one after the other, without end unless told. `shuffle` before it draws anew for each of them. */
  repeat(count: number = Number.POSITIVE_INFINITY): Dataset<T> {
    return this.#with(repeatStep(this.step, count));
  }

  /** The first elements. */
  take(count: number): Dataset<T> {
    return this.#with(takeStep(this.step, count));
  }

  /** All but the first elements. */
  skip(count: number): Dataset<T> {
    return this.#with(skipStep(this.step, count));
  }

  /** The elements with their numbers in front. */
  enumerate(start = 0): Dataset<[index: number, value: T]> {
    return this.#with(enumerateStep(this.step, start));
  }

  /** The elements of this dataset, then those of others. */
  concatenate<U>(...others: readonly Dataset<U>[]): Dataset<T | U> {
    const parts = [this, ...others];
    return Dataset.of(parts, concatenateStep<T | U>(parts.map(({ step }) => step)));
  }

  /**
   * Windows of elements, each a dataset: `size` of them, `stride` apart, the next window beginning `shift` later. Windows at the
   * end may have fewer.
   */
  window(size: number, options: WindowOptions = {}): Dataset<Dataset<T>> {
    return this.#with(windowStep(this.step, size, options, (elements) => this.#with(arraySource(elements))));
  }

  /**
   * The elements of the datasets that a function makes of elements: `blockLength` in a row from each of `cycleLength` of them in
   * turn. With `parallel` they are opened and read ahead, so many at once, in the same order unless told otherwise.
   *
   * @throws `E_PIPELINE` that names the element when the function throws, or its dataset.
   */
  interleave<U>(f: (value: T) => Dataset<U> | PromiseLike<Dataset<U>>, options: InterleaveOptions = {}): Dataset<U> {
    return this.#with(interleaveStep(this.step, f, options));
  }

  /** The elements of the datasets that a function makes of elements, one dataset after the other. */
  flatMap<U>(f: (value: T) => Dataset<U> | PromiseLike<Dataset<U>>): Dataset<U> {
    return this.#with(interleaveStep(this.step, f, { cycleLength: 1 }, 'flatMap'));
  }

  /** Every `count`-th element, from number `index` on: the shards of all indices have every element once. */
  shard(count: number, index: number): Dataset<T> {
    return this.#with(shardStep(this.step, count, index));
  }

  /**
   * Keeps the elements once a pass has seen them all, in memory or in a `file`, where later processes find them. They are those of pass 0:
   * what is random before `cache` is drawn once. A file that other steps have made, or whose input files have changed, is written anew;
   * what functions do cannot be seen: `version` tells. Nothing is kept of a pass that ends early, and while another process writes the
   * file, elements come from the source.
   *
   * @throws `E_FILE` where the file is damaged or of another format; `E_DTYPE` for elements that no file can keep.
   */
  cache(options: CacheOptions = {}): Dataset<T> {
    return this.#with(cacheStep(this.step, options));
  }

  /**
   * Writes the elements of a pass to a file for `loadDataset`. It is there once all are in it; an old one stays until then.
   *
   * @throws `E_FILE` where it cannot be written; `E_DTYPE` for elements that no file can keep, such as functions.
   */
  save(path: string, options: PassOptions = {}): Promise<void> {
    return saveElements(this.iterator(options), this.step.text, path);
  }

  /** Takes up to `count` elements ahead while others are used. `'auto'` takes more when what was taken does not last. */
  prefetch(count: number | 'auto' = 2): Dataset<T> {
    return this.#with(prefetchStep(this.step, count));
  }
}
