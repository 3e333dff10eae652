/**
 * The law of positions: any pipeline of any steps, stopped after any element and restored from what JSON keeps of its state,
 * gives the rest that it would have given.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setWarningOutput } from '@deft/tensor';
import fc from 'fast-check';
import { encode } from 'fast-png';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  chooseFromDatasets,
  counter,
  type Dataset,
  fromArray,
  fromGenerator,
  fromImageFolder,
  fromIterable,
  fromTensors,
  fromTFRecord,
  loadDataset,
  random,
  range,
  sampleFromDatasets,
  writeTFRecord,
  zip,
} from './index.ts';

type Build = (dataset: Dataset<unknown>) => Dataset<unknown>;

/** A number of any element, so that functions can be applied whatever the steps before made of it. */
const numberOf = (value: unknown): number => {
  const text = JSON.stringify(value, (_, part: unknown) =>
    ArrayBuffer.isView(part) ? Array.from(part as never) : part,
  );
  return [...(text ?? '')].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1009, 7);
};

/** Files for sources that read some, and for steps that write some. */
const folder = mkdtempSync(join(tmpdir(), 'deft-laws-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let made = 0;
for (const [i, name] of ['a', 'b', 'a', 'a', 'b'].entries()) {
  mkdirSync(join(folder, 'images', name), { recursive: true });
  const png = encode({ width: 1, height: 1, channels: 1, data: Uint8Array.of(50 * i) });
  // The third is damaged.
  writeFileSync(join(folder, 'images', name, `${i}.png`), png.subarray(i === 2 ? 3 : 0));
}

const small = fc.integer({ min: 1, max: 5 });
const seeds = fc.nat(50);
const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const steps: Readonly<Record<string, fc.Arbitrary<Build>>> = {
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
  choose: fc.nat(30).map(
    (n) => (d) =>
      chooseFromDatasets(
        [d, range(n) as Dataset<unknown>],
        range(60).map((i) => i % 2),
      ),
  ),
  sample: seeds.map((seed) => (d) => sampleFromDatasets([d, range(20)], { seed, weights: [2, 1] })),
};

const saved = join(folder, 'saved');
await range(12)
  .map((i) => ({ id: i, x: new Int16Array(i % 3).fill(i) }))
  .save(saved);
const records = join(folder, 'records');
await writeTFRecord(
  records,
  range(15).map((i) => new Uint8Array(i % 4).fill(i)),
);
const images = await fromImageFolder(join(folder, 'images'), { shuffle: true, onError: 'skip' });

const length = fc.oneof(fc.nat(60), fc.nat(6));
const sources: fc.Arbitrary<() => Dataset<unknown>> = fc.oneof(
  length.map((n) => () => range(n)),
  fc.constant(() => loadDataset(saved)),
  fc.constantFrom('throw', 'skip').map((onError) => () => fromTFRecord(records, { onError })),
  fc.constant(() => images.map((image): unknown => image)),
  length.map((n) => () => fromArray(Array.from({ length: n }, (_, i) => ({ id: i })))),
  length.map((n) => () => fromTensors({ a: Array.from({ length: n }, (_, i) => [i, 1]) })),
  length.map((n) => () => zip([random({ seed: n }), counter(n)]).take(n)),
  length.map((n) => () => fromIterable(new Set(Array.from({ length: n }, (_, i) => `${i}`)))),
  length.map(
    (n) => () =>
      fromGenerator(async function* (epoch) {
        for (let i = 0; i < n; i++) yield [i, epoch];
      }),
  ),
);

const build = (source: () => Dataset<unknown>, chain: readonly Build[]): Dataset<unknown> =>
  chain.reduce((dataset, step) => step(dataset), source());

/** Far enough for what the steps make of so few elements. */
const most = 150;
const bounded = (d: Dataset<unknown>) => d.take(most);
const plain = (values: readonly unknown[]) => JSON.parse(JSON.stringify(values)) as unknown;

async function checkLaw(make: () => Dataset<unknown>, epoch: number, stop: number): Promise<void> {
  const whole = await make().toArray({ epoch });
  expect(make().cardinality() ?? whole.length).toBe(whole.length);
  const at = whole.length === 0 ? 0 : stop % (whole.length + 1);
  const first = make().iterator({ epoch });
  for (let i = 0; i < at; i++) expect(plain([(await first.next()).value])).toEqual(plain([whole[i]]));
  const state = JSON.parse(JSON.stringify(first.state())) as ReturnType<typeof first.state>;
  await first.close();
  const second = make().iterator();
  await second.restore(state);
  // A state of what was restored, and not yet used, is as good.
  const third = make().iterator();
  await third.restore(JSON.parse(JSON.stringify(second.state())));
  for (const resumed of [second, third]) {
    const rest: unknown[] = [];
    for await (const value of resumed) rest.push(value);
    expect(plain(rest)).toEqual(plain(whole.slice(at)));
  }
}

// Passes that end early are what this is about: `cache` warns of them.
let before: ReturnType<typeof setWarningOutput>;
beforeAll(() => {
  before = setWarningOutput(() => {});
});
afterAll(() => {
  setWarningOutput(before);
});

describe('a restored pass gives the rest, identically', () => {
  it.each(Object.keys(steps))('of %s', async (name) => {
    await fc.assert(
      fc.asyncProperty(
        sources,
        steps[name] as fc.Arbitrary<Build>,
        fc.nat(3),
        fc.nat(1000),
        (source, step, epoch, stop) => checkLaw(() => bounded(build(source, [step])), epoch, stop),
      ),
      { numRuns: 40 },
    );
  });

  it('of any chain of any steps', async () => {
    const chain = fc.array(fc.oneof(...Object.values(steps)), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(sources, chain, fc.nat(3), fc.nat(1000), (source, all, epoch, stop) =>
        checkLaw(() => bounded(build(source, all)), epoch, stop),
      ),
      { numRuns: 250 },
    );
  });

  it('also after another restart', async () => {
    const make = () =>
      range(50)
        .shuffle(10, { seed: 2 })
        .map((x) => x * 2, { parallel: 3 })
        .batch(3)
        .prefetch(2);
    const whole = await make().toArray();
    const seen: unknown[] = [];
    let state = make().iterator().state();
    for (;;) {
      const iterator = make().iterator();
      await iterator.restore(JSON.parse(JSON.stringify(state)));
      const { done, value } = await iterator.next();
      if (done) break;
      seen.push(value);
      state = iterator.state();
      await iterator.close();
    }
    expect(seen).toEqual(whole);
  });
});

describe('unordered maps', () => {
  it('give every element once, before and after a restart', async () => {
    const delays = fc.array(fc.nat(3), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(delays, fc.integer({ min: 2, max: 6 }), fc.nat(20), async (waits, parallel, stop) => {
        const make = () =>
          fromArray(waits)
            .enumerate()
            .map(
              async ([i, wait]) => {
                await later(wait);
                return i;
              },
              { parallel, ordered: false },
            );
        const first = make().iterator();
        const seen: number[] = [];
        for (let i = 0; i < stop % (waits.length + 1); i++) seen.push((await first.next()).value as number);
        const state = JSON.parse(JSON.stringify(first.state())) as ReturnType<typeof first.state>;
        await first.close();
        const second = make().iterator();
        await second.restore(state);
        for await (const i of second) seen.push(i);
        expect(seen.sort((a, b) => a - b)).toEqual(waits.map((_, i) => i));
        expect(await make().deterministic().toArray()).toEqual(waits.map((_, i) => i));
      }),
      { numRuns: 25 },
    );
  });
});

describe('states that do not fit', () => {
  it('are refused', async () => {
    const iterator = range(5).shuffle(3).iterator();
    await iterator.next();
    const state = iterator.state();
    const other = range(6).shuffle(3).iterator();
    await expect(other.restore(state)).rejects.toThrow(/that of range\(0, 6, 1\).shuffle\(3, 0, true\).*E_PIPELINE/s);
    for (const damaged of [
      { ...state, version: 2 },
      { ...state, epoch: -1 },
      { ...state, position: [] },
      { ...state, position: { ...state.position, held: ['x'] } },
      { ...state, position: { ...state.position, drawn: 0.5 } },
      null,
    ]) {
      await expect(
        range(5)
          .shuffle(3)
          .iterator()
          .restore(damaged as never),
      ).rejects.toThrow('E_PIPELINE');
    }
  });

  it('are not given while an element is on its way', async () => {
    const iterator = range(5).iterator();
    const coming = iterator.next();
    expect(() => iterator.state()).toThrow('E_PIPELINE');
    await coming;
    expect(iterator.state().given).toBe(1);
  });
});
