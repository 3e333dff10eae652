/**
 * Sources whose next element depends on what was done with the last one: messages, readings, answers of a user. Whatever reads
 * ahead must give what is there while it waits for more.
 */
import { EventEmitter, on, once } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type Dataset, fromArray, fromGenerator, fromIterable, range, zip } from '../index.ts';

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

describe('a pass over what comes from outside', () => {
  /** Steps that wait for more than was asked for. */
  const ahead: Readonly<Record<string, (dataset: Dataset<unknown>) => Dataset<unknown>>> = {
    none: (d) => d,
    map: (d) => d.map(async (x) => x, { parallel: 3 }),
    prefetch: (d) => d.prefetch(2),
    interleave: (d) => d.interleave((x) => fromArray([x]), { cycleLength: 2, parallel: 2 }),
    several: (d) => d.map(async (x) => x, { parallel: 2, ordered: false }).prefetch('auto'),
    within: (d) => range(3).interleave(() => d, { cycleLength: 3, parallel: 3 }),
  };
  const sources: Readonly<Record<string, (from: EventEmitter) => Dataset<unknown>>> = {
    'events, that are given back': (from) =>
      fromIterable({ [Symbol.asyncIterator]: () => on(from, 'message') as AsyncIterableIterator<unknown> }),
    'events, each waited for with the signal': (from) =>
      fromGenerator(async function* (_, signal) {
        for (;;) yield await once(from, 'message', { signal });
      }),
    'an answer that is refused': (from) =>
      fromGenerator(async function* (_, signal) {
        yield await once(from, 'message', { signal });
        await new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('never mind'))));
      }),
  };

  it.each(Object.keys(sources).flatMap((source) => Object.keys(ahead).map((name) => [source, name] as const)))(
    'ends when it is left: %s, %s',
    async (source, name) => {
      for (const ends of ['left', 'taken'] as const) {
        const from = new EventEmitter();
        const read = (ahead[name] as (d: Dataset<unknown>) => Dataset<unknown>)(
          (sources[source] as (from: EventEmitter) => Dataset<unknown>)(from),
        );
        const telling = setInterval(() => from.listenerCount('message') > 0 && from.emit('message', 7), 1);
        const seen: unknown[] = [];
        for await (const [x] of (ends === 'taken' ? read.take(1) : read) as Dataset<readonly unknown[]>) {
          clearInterval(telling);
          seen.push(x);
          if (ends === 'left') break;
        }
        expect(seen).toEqual([7]);
        expect(from.listenerCount('message')).toBe(0);
      }
    },
  );

  /** Ends that are not that of the pass. */
  const parts: Readonly<Record<string, (live: Dataset<unknown>) => Dataset<unknown>>> = {
    concatenate: (d) => d.take(1).concatenate(range(1)),
    repeat: (d) => d.take(1).repeat(2),
    zip: (d) => zip([range(1), d]).concatenate(range(1).map((x) => [x, x] as [number, unknown])),
    flatMap: (d) => range(2).flatMap(() => d.take(1)),
    interleave: (d) => range(3).interleave(() => d.take(1), { cycleLength: 2, parallel: 2 }),
    takeWhile: (d) => d.takeWhile(() => false).concatenate(range(2)),
  };

  it.each(Object.keys(sources).flatMap((source) => Object.keys(parts).map((name) => [source, name] as const)))(
    'ends where a part of it is left: %s, %s',
    async (source, name) => {
      const from = new EventEmitter();
      const telling = setInterval(() => {
        if (from.listenerCount('message') > 0) from.emit('message', 7);
        // Whoever reads ahead waits in vain from then on.
        if (asked-- === 0) clearInterval(telling);
      }, 2);
      let asked = 20;
      const live = (sources[source] as (from: EventEmitter) => Dataset<unknown>)(from);
      const whole = (parts[name] as (d: Dataset<unknown>) => Dataset<unknown>)(
        live.prefetch(3).map(async (x) => x, { parallel: 2 }),
      );
      const given = await whole.toArray();
      clearInterval(telling);
      expect(given.length).toBeGreaterThanOrEqual(2);
      expect(from.listenerCount('message')).toBe(0);
    },
  );

  it('however many wait: nobody is warned of listeners', async () => {
    const warnings: string[] = [];
    const note = ({ message }: Error): void => void warnings.push(message);
    process.on('warning', note);
    let open = 0;
    const many = range(40).interleave(
      (i) =>
        fromGenerator(async function* (_, signal) {
          yield i;
          open++;
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          open--;
        }),
      { cycleLength: 30, parallel: 30 },
    );
    const iterator = many.iterator();
    for (let i = 0; i < 30; i++) await iterator.next();
    await vi.waitFor(() => expect(open).toBe(30));
    await iterator.close();
    await new Promise((resolve) => setTimeout(resolve));
    process.off('warning', note);
    expect([open, warnings]).toEqual([0, []]);
  });
});
