/**
 * Sources whose next element depends on what was done with the last one: messages, readings, answers of a user. Whatever reads
 * ahead must give what is there while it waits for more.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dataset, fromArray, fromGenerator, range, zip } from '../index.ts';

const module = 'data:text/javascript,export const same = (x) => x;';

/** Steps that give one element for each and need no other for it. */
const steps: Readonly<Record<string, (dataset: Dataset<number>) => Dataset<number>>> = {
  map: (d) => d.map((x) => x),
  mapLater: (d) => d.map(async (x) => x),
  mapParallel: (d) => d.map((x) => x, { parallel: 3 }),
  mapParallelLater: (d) => d.map(async (x) => x, { parallel: 3 }),
  mapUnordered: (d) => d.map(async (x) => x, { parallel: 3, ordered: false }),
  mapSkipping: (d) => d.map((x) => x, { parallel: 2, onError: 'skip' }),
  mapAuto: (d) => d.map(async (x) => x, { parallel: 'auto' }),
  mapInWorkers: (d) => d.mapInWorkers<number>(module, 'same', { workers: 2 }),
  filter: (d) => d.filter(() => true),
  scan: (d) => d.scan(0, (sum, x) => [sum, x]),
  batch: (d) => d.batch(1).map((batch) => Number((batch as Float32Array)[0])),
  unbatch: (d) => d.map((x) => [x, x]).map(([x]) => x as number),
  prefetch: (d) => d.prefetch(3),
  prefetchAuto: (d) => d.prefetch('auto'),
  interleave: (d) => d.interleave((x) => fromArray([x])),
  interleaveParallel: (d) => d.interleave((x) => fromArray([x]), { cycleLength: 2, parallel: 3 }),
  interleaveUnordered: (d) => d.interleave((x) => fromArray([x]), { cycleLength: 3, parallel: 2, ordered: false }),
  flatMap: (d) => d.flatMap((x) => fromArray([x])),
  shuffle: (d) => d.shuffle(1),
  zip: (d) => zip([range(100), d]).map(([, x]) => x),
  concatenate: (d) => d.concatenate(range(0)),
  repeat: (d) => d.repeat(1),
  cache: (d) => d.cache(),
  window: (d) => d.window(1).flatMap((window) => window.map((x) => x)),
  unique: (d) => d.unique(),
  takeWhile: (d) => d.takeWhile(() => true),
};

describe('a source that waits for what it gave to be seen', () => {
  const elements = 6;

  it.each(Object.keys(steps))('is not waited for in vain: %s, with any steps around it', async (name) => {
    const names = fc.constantFrom(...Object.keys(steps));
    const around = fc.tuple(fc.array(names, { maxLength: 2 }), fc.array(names, { maxLength: 2 }), fc.nat(elements));
    await fc.assert(
      fc.asyncProperty(around, async ([before, after, there]) => {
        let seen = 0;
        let look = (): void => {};
        const live = fromGenerator(async function* () {
          for (let i = there; i < elements; i++) {
            if (seen < i) {
              await new Promise<void>((resolve, reject) => {
                const timer = setTimeout(() => reject(new Error(`element ${i - 1} was there and not given`)), 2000);
                look = () => {
                  if (seen < i) return;
                  clearTimeout(timer);
                  resolve();
                };
              });
            }
            yield i;
          }
        });
        const all = [...before, name, ...after];
        const dataset = all.reduce(
          (d, step) => (steps[step] as (typeof steps)['map'])(d),
          range(there).concatenate(live),
        );
        const given: number[] = [];
        for await (const x of dataset) {
          given.push(x);
          seen++;
          look();
        }
        expect(given).toEqual(Array.from({ length: elements }, (_, i) => i));
      }),
      { numRuns: 25 },
    );
  });
});
