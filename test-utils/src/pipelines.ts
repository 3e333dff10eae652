/**
 * Random pipelines over every step and every source of `@deft/data`, for laws that hold of all of them. Importing this loads the
 * package, so it stands apart from the other tools.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  chooseFromDatasets,
  counter,
  type Dataset,
  fromArray,
  fromCsv,
  fromGenerator,
  fromIterable,
  fromTensors,
  fromTextFile,
  fromTFRecord,
  loadDataset,
  random,
  range,
  sampleFromDatasets,
  writeTFRecord,
  zip,
} from '@deft/data';
import fc from 'fast-check';

/** A step, or several. */
export type Build = (dataset: Dataset<unknown>) => Dataset<unknown>;

/** A number of any element, so that functions can be applied whatever the steps before made of it. */
export const numberOf = (value: unknown): number => {
  const text = JSON.stringify(value, (_, part: unknown) =>
    ArrayBuffer.isView(part) ? Array.from(part as never) : part,
  );
  return [...(text ?? '')].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1009, 7);
};

const mixing = `data:text/javascript,${encodeURIComponent('export const mixed = (x, { seed }) => (31 * x + seed) % 1009;')}`;
const small = fc.integer({ min: 1, max: 5 });
const seeds = fc.nat(50);
const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Every step, by name; those that keep elements do so in files of the folder. */
export function pipelineSteps(folder: string): Readonly<Record<string, fc.Arbitrary<Build>>> {
  let made = 0;
  return {
    map: seeds.map((seed) => (d) => d.map((x, { random, index }) => numberOf([x, random(), index]), { seed })),
    mapParallel: fc.tuple(small, seeds).map(
      ([parallel, seed]) =>
        (d) =>
          d.map(
            async (x, context) => {
              if (numberOf(x) % 3 === 0) await later(numberOf(x) % 2);
              return numberOf([x, context.seed]);
            },
            { parallel, seed },
          ),
    ),
    mapInWorkers: seeds.map((seed) => (d) => d.map(numberOf).mapInWorkers(mixing, 'mixed', { workers: 2, seed })),
    mapSkipping: fc.tuple(small, fc.boolean()).map(
      ([parallel, isLater]) =>
        (d) =>
          d.map(
            (x, { random }) => {
              if (numberOf(x) % 3 === 0) throw new Error('three');
              const y = numberOf([x, random()]);
              return isLater ? later(y % 2).then(() => y) : y;
            },
            { parallel, onError: 'skip' },
          ),
    ),
    filterSkipping: fc.constant((d) =>
      d.filter(
        (x) => {
          if (numberOf(x) % 3 === 0) throw new Error('three');
          return numberOf(x) % 3 === 1;
        },
        { onError: 'skip' },
      ),
    ),
    mapAuto: fc.tuple(fc.constantFrom(2, 3), seeds).map(
      ([waits, seed]) =>
        (d) =>
          d.map(
            (x, context) => {
              const mapped = numberOf([x, context.seed]);
              return mapped % waits === 0 ? later(mapped % 2).then(() => mapped) : mapped;
            },
            { parallel: 'auto', seed },
          ),
    ),
    filter: small.map((n) => (d) => d.filter((x) => numberOf(x) % (n + 1) > 0)),
    takeWhile: small.map((n) => (d) => d.takeWhile((x) => numberOf(x) % 40 !== n)),
    scan: fc.constant((d) => d.scan(0, (sum, x) => [sum + numberOf(x), sum])),
    batch: fc.tuple(small, fc.boolean()).map(([n, dropRemainder]) => (d) => {
      const numbers = d.map(numberOf);
      return dropRemainder ? numbers.batch(n, { dropRemainder }) : numbers.batch(n);
    }),
    unbatch: small.map((n) => (d) => d.map(numberOf).batch(n).unbatch()),
    paddedBatch: small.map(
      (n) => (d) => d.map((x) => new Float32Array(numberOf(x) % 4).fill(numberOf(x))).paddedBatch(n, { padValues: -1 }),
    ),
    bucketByLength: small.map(
      (n) => (d) =>
        d
          .map((x) => new Int32Array(numberOf(x) % 9).fill(numberOf(x)))
          .bucketByLength((x) => x.length, { boundaries: [2, 5], batchSizes: [n, n + 1, 2] }),
    ),
    raggedBatch: small.map(
      (n) => (d) =>
        d
          .map((x) => new Float32Array(numberOf(x) % 4).fill(numberOf(x)))
          .raggedBatch(n)
          .unbatch(),
    ),
    groupByWindow: fc.tuple(small, small).map(
      ([keys, n]) =>
        (d) =>
          d.map(numberOf).groupByWindow((x) => x % keys, {
            sizeOf: (key) => n + key,
            reduce: (key, window) => window.shuffle(3).batch(2).concatenate(range(key)),
          }),
    ),
    rejectionResample: fc.tuple(seeds, fc.boolean()).map(
      ([seed, isKnown]) =>
        (d) =>
          d.rejectionResample((x) => numberOf(x) % 3, [1, 2, 0.5], {
            seed,
            ...(isKnown && { initialDistribution: [1, 1, 1] }),
          }),
    ),
    unique: small.map((n) => (d) => d.unique((x) => numberOf(x) % (7 * n))),
    shuffle: fc.tuple(fc.integer({ min: 1, max: 40 }), seeds, fc.boolean()).map(
      ([size, seed, reshuffleEachIteration]) =>
        (d) =>
          d.shuffle(size, { seed, reshuffleEachIteration }),
    ),
    repeat: fc.integer({ min: 0, max: 3 }).map((n) => (d) => d.repeat(n)),
    endless: fc.integer({ min: 0, max: 60 }).map((n) => (d) => d.repeat().take(n)),
    take: fc.nat(40).map((n) => (d) => d.take(n)),
    skip: fc.nat(10).map((n) => (d) => d.skip(n)),
    enumerate: small.map((n) => (d) => d.enumerate(n)),
    concatenate: small.map((n) => (d) => d.concatenate(range(n), range(n).shuffle(n))),
    zip: fc.nat(60).map((n) => (d) => zip({ left: d, right: [range(n).shuffle(5)] })),
    window: fc.tuple(small, small, small, fc.boolean()).map(
      ([size, shift, stride, dropRemainder]) =>
        (d) =>
          d.window(size, { shift, stride, dropRemainder }).flatMap((window) => window.map(numberOf).batch(size)),
    ),
    interleave: fc.tuple(small, small).map(
      ([cycleLength, blockLength]) =>
        (d) =>
          d.interleave(
            (x) =>
              range(numberOf(x) % 4)
                .map((i) => [i, numberOf(x)])
                .shuffle(3),
            { cycleLength, blockLength },
          ),
    ),
    flatMap: small.map((n) => (d) => d.flatMap((x) => range(numberOf(x) % n).map((i) => [i, numberOf(x)]))),
    interleaveParallel: fc.tuple(small, small, fc.integer({ min: 2, max: 5 })).map(
      ([cycleLength, blockLength, parallel]) =>
        (d) =>
          d.interleave(
            async (x) => {
              if (numberOf(x) % 3 === 0) await later(numberOf(x) % 2);
              return range(numberOf(x) % 4).map((i) => [i, numberOf(x)]);
            },
            { cycleLength, blockLength, parallel },
          ),
    ),
    shard: fc.tuple(small, small).map(
      ([n, i]) =>
        (d) =>
          d.shard(n, i % n),
    ),
    cache: fc.constant((d) => d.cache()),
    cacheInFile: fc.constant(0).map(() => {
      const file = join(folder, `cache-${made++}`);
      return (d) => d.cache({ file });
    }),
    prefetch: small.map((n) => (d) => d.prefetch(n)),
    prefetchAuto: fc.constant((d) => d.prefetch('auto')),
    choose: fc.nat(30).map(
      (n) => (d) =>
        chooseFromDatasets(
          [d, range(n) as Dataset<unknown>],
          range(60).map((i) => i % 2),
        ),
    ),
    sample: seeds.map((seed) => (d) => sampleFromDatasets([d, range(20)], { seed, weights: [2, 1] })),
  };
}

/** Writes what `pipelineSources` reads into a folder. */
export async function writePipelineFiles(folder: string): Promise<void> {
  const lines = Array.from({ length: 23 }, (_, i) => `${i},${i * i}`);
  await writeFile(join(folder, 'lines.txt'), lines.join('\n'));
  await writeFile(join(folder, 'rows.csv'), ['i,square', ...lines].join('\n'));
  await range(12)
    .map((i) => ({ id: i, x: new Int16Array(i % 3).fill(i) }))
    .save(join(folder, 'saved'));
  const records = range(15).map((i) => new Uint8Array(i % 4).fill(i));
  await writeTFRecord(join(folder, 'records'), records);
}

const length = fc.oneof(fc.nat(60), fc.nat(6));

/** Every source, by name; some read files that were written into the folder. */
export function pipelineSources(folder: string): Readonly<Record<string, fc.Arbitrary<() => Dataset<unknown>>>> {
  return {
    range: length.map((n) => () => range(n)),
    saved: fc.constant(() => loadDataset(join(folder, 'saved'))),
    records: fc
      .constantFrom('throw', 'skip')
      .map((onError) => () => fromTFRecord(join(folder, 'records'), { onError })),
    textFile: fc.constant(() => fromTextFile(join(folder, 'lines.txt'))),
    csv: fc.constant(() => fromCsv(join(folder, 'rows.csv'), { columns: { i: 'text', square: 'number' } })),
    array: length.map((n) => () => fromArray(Array.from({ length: n }, (_, i) => ({ id: i })))),
    tensors: length.map((n) => () => fromTensors({ a: Array.from({ length: n }, (_, i) => [i, 1]) })),
    counters: length.map((n) => () => zip([random({ seed: n }), counter(n)]).take(n)),
    iterable: length.map((n) => () => fromIterable(new Set(Array.from({ length: n }, (_, i) => `${i}`)))),
    generator: length.map(
      (n) => () =>
        fromGenerator(async function* (epoch) {
          for (let i = 0; i < n; i++) yield [i, epoch];
        }),
    ),
  };
}
