/** Datasets from what is in memory, and of other datasets. */
import { raise } from '@deft/core';
import { checkFunction, checkSeed, checkWeights } from './checks.ts';
import { Dataset } from './dataset.ts';
import { combineTrees } from './element-trees.ts';
import type { EndSignal } from './pass-end.ts';
import { choicePurpose, numberPurpose, passKey, positionKey, uniformAt } from './random-words.ts';
import { arraySource, indexedSource } from './sources/array-source.ts';
import { type AnyIterable, eachPass, iterableSource } from './sources/iterable-source.ts';
import { type Sliced, sliceSource } from './sources/slices.ts';
import { chooseStep } from './steps/choose.ts';
import { zipStep } from './steps/zip.ts';

/** The elements of an array, as they are. */
export function fromArray<T>(elements: readonly T[]): Dataset<T> {
  if (!Array.isArray(elements)) {
    raise('E_ARGUMENT', {
      op: 'fromArray',
      argument: 'elements',
      expected: 'an array',
      found: typeof elements,
      hint: 'fromTensors cuts typed arrays and tensors into examples',
    });
  }
  return new Dataset(arraySource(elements));
}

/**
 * The examples of arrays and tensors, cut along the first axis: numbers of what has one axis, typed arrays of what has two,
 * arrays with a shape otherwise. Arrays of arrays of numbers are taken as one array; other arrays and plain objects are
 * structure. Tensors are read once.
 *
 * @throws `E_SHAPE` where parts have different numbers of examples; `E_ARGUMENT` for what cannot be cut.
 * @example
 * ```ts
 * import { fromTensors } from '@deft/data';
 * import { tensor } from '@deft/tensor';
 * const examples = fromTensors({ x: tensor([[1, 2], [3, 4]]), y: new Int32Array([0, 1]) });
 * console.log(await examples.toArray());
 * ```
 */
export function fromTensors<const T>(examples: T): Dataset<Sliced<T>> {
  return new Dataset(sliceSource<Sliced<T>>(examples));
}

/** Gives what can be iterated for a pass of a number, with a signal that is aborted where that ends before the elements do. */
export type IterableOf<T> = (epoch: number, signal: EndSignal) => AnyIterable<T>;

/**
 * The elements of what a function gives for every pass: a generator, an asynchronous one, anything that can be iterated. It is
 * told the number of the pass, and must give the same for the same number if states are to be restored. Its second argument is a
 * signal that is aborted when nobody reads on and the elements have not ended: what waits for something from outside must stop waiting
 * then, or a pass whose steps read ahead does not end before that comes.
 *
 * @example
 * ```ts
 * import { fromGenerator } from '@deft/data';
 * const squares = fromGenerator(function* () {
 *   for (let i = 0; i < 4; i++) yield i * i;
 * });
 * console.log(await squares.toArray()); // [0, 1, 4, 9]
 * ```
 */
export function fromGenerator<T>(iterableOf: IterableOf<T>): Dataset<T> {
  checkFunction('fromGenerator', 'iterableOf', iterableOf);
  return new Dataset(iterableSource('generator', (epoch, { signal }) => iterableOf(epoch, signal)));
}

/** The elements of something that can be iterated, at once or asynchronously, again for every pass. */
export function fromIterable<T>(iterable: AnyIterable<T>): Dataset<T> {
  return new Dataset(iterableSource('iterable', eachPass(iterable)));
}

/** Numbers in a row: from 0 to before `stop`, or from `start`, every `step`. */
export function range(stop: number): Dataset<number>;
export function range(start: number, stop: number, step?: number): Dataset<number>;
export function range(first: number, second?: number, step = 1): Dataset<number> {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  const count = Math.max(0, Math.ceil((stop - start) / step));
  if (!Number.isFinite(count)) {
    raise('E_ATTRIBUTE', { op: 'range', expected: 'finite numbers and a step', found: `${start}, ${stop}, ${step}` });
  }
  return new Dataset(indexedSource(`range(${start}, ${stop}, ${step})`, count, (index) => start + index * step));
}

/** Numbers in a row without an end, from `start` on, every `step`. */
export function counter(start = 0, step = 1): Dataset<number> {
  if (!Number.isFinite(start + step)) {
    raise('E_ATTRIBUTE', { op: 'counter', expected: 'finite numbers', found: `${start}, ${step}` });
  }
  return new Dataset(indexedSource(`counter(${start}, ${step})`, Number.POSITIVE_INFINITY, (i) => start + i * step));
}

/**
 * Numbers at random without an end, other ones for every pass: whole ones from 0 to below 2^32, fit for seeds. They are a function
 * of `seed`, 0 unless told, of the pass and of their place.
 */
export function random({ seed = 0 }: { readonly seed?: number } = {}): Dataset<number> {
  checkSeed('random', seed);
  const at = (index: number, epoch: number): number => positionKey(passKey(seed, numberPurpose, epoch), index)[0];
  return new Dataset(indexedSource(`random(${seed})`, Number.POSITIVE_INFINITY, at));
}

/** The elements of datasets by the structure that they stand in. */
export type Zipped<T> = T extends Dataset<infer E> ? E : { -readonly [K in keyof T]: Zipped<T[K]> };

/** Datasets in a structure. */
export type DatasetTree = Dataset<unknown> | readonly DatasetTree[] | { readonly [name: string]: DatasetTree };

/**
 * The elements of several datasets side by side, to the end of the shortest: `zip([x, y])`, `zip({ x, y })`.
 *
 * @example
 * ```ts
 * import { range, zip } from '@deft/data';
 * const pairs = zip([range(3), range(10, 20)]);
 * console.log(await pairs.toArray()); // [[0, 10], [1, 11], [2, 12]]
 * ```
 */
export function zip<const T extends DatasetTree>(datasets: T): Dataset<Zipped<T>> {
  const parts: Dataset<unknown>[] = [];
  const places = combineTrees('zip', [datasets], ([dataset]) => {
    if (dataset instanceof Dataset) return parts.push(dataset) - 1;
    return raise('E_ARGUMENT', { op: 'zip', expected: 'datasets', found: typeof dataset });
  });
  if (parts.length === 0) raise('E_ARGUMENT', { op: 'zip', expected: 'datasets', found: 'none' });
  const steps = parts.map(({ step }) => step);
  return Dataset.of(parts, zipStep<Zipped<T>>(steps, places));
}

function checkDatasets(op: string, datasets: readonly unknown[]): void {
  if (datasets.length > 0 && datasets.every((dataset) => dataset instanceof Dataset)) return;
  raise('E_ARGUMENT', {
    op,
    argument: 'datasets',
    expected: 'an array of datasets',
    found: `${datasets.length} values`,
  });
}

/** For every number of `choices` the next element of the dataset of that number, until one has no more. */
export function chooseFromDatasets<T>(datasets: readonly Dataset<T>[], choices: Dataset<number>): Dataset<T> {
  checkDatasets('chooseFromDatasets', datasets);
  const steps = datasets.map(({ step }) => step);
  return Dataset.of([...datasets, choices], chooseStep(steps, choices.step));
}

/** How datasets are drawn from. */
export interface SampleOptions {
  /** How often each is drawn from, in any unit; all alike unless told. */
  readonly weights?: readonly number[];
  /** 0 unless told. */
  readonly seed?: number;
}

/** The elements of datasets, each drawn from one of them at random, until one has no more. */
export function sampleFromDatasets<T>(datasets: readonly Dataset<T>[], options: SampleOptions = {}): Dataset<T> {
  const { weights = datasets.map(() => 1), seed = 0 } = options;
  const op = 'sampleFromDatasets';
  checkDatasets(op, datasets);
  checkSeed(op, seed);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  checkWeights(op, 'weights', weights, datasets.length);
  const last = weights.findLastIndex((weight) => weight > 0);
  const choices = fromGenerator(function* (epoch) {
    const key = passKey(seed, choicePurpose, epoch);
    for (let drawn = 0; ; drawn++) {
      let left = uniformAt(key, drawn) * total;
      const chosen = weights.findIndex((weight) => {
        left -= weight;
        return left < 0;
      });
      yield chosen < 0 ? last : chosen;
    }
  });
  return chooseFromDatasets(datasets, choices);
}
