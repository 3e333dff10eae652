/**
 * The law of positions: any pipeline of any steps, stopped after any element and restored from what JSON keeps of its state,
 * gives the rest that it would have given.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silenceWarnings } from '@deft/test-utils';
import { type Build, pipelineSources, pipelineSteps, writePipelineFiles } from '@deft/test-utils/pipelines';
import fc from 'fast-check';
import { encode } from 'fast-png';
import { afterAll, describe, expect, it } from 'vitest';
import { Dataset, fromArray, fromImageFolder, range } from './index.ts';

/** Files for sources that read some, and for steps that write some. */
const folder = mkdtempSync(join(tmpdir(), 'deft-laws-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
for (const [i, name] of ['a', 'b', 'a', 'a', 'b'].entries()) {
  mkdirSync(join(folder, 'images', name), { recursive: true });
  const png = encode({ width: 1, height: 1, channels: 1, data: Uint8Array.of(50 * i) });
  // The third is damaged.
  writeFileSync(join(folder, 'images', name, `${i}.png`), png.subarray(i === 2 ? 3 : 0));
}

const steps = pipelineSteps(folder);
await writePipelineFiles(folder);
const images = await fromImageFolder(join(folder, 'images'), { shuffle: true, onError: 'skip' });

const sources = fc.oneof(
  ...Object.values(pipelineSources(folder)),
  fc.constant(() => images.map((image): unknown => image)),
);
const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

const build = (source: () => Dataset<unknown>, chain: readonly Build[]): Dataset<unknown> =>
  chain.reduce((dataset, step) => step(dataset), source());

/** Far enough for what the steps make of so few elements. */
const most = 150;
const bounded = (d: Dataset<unknown>) => d.take(most);
const plain = (values: readonly unknown[]) => JSON.parse(JSON.stringify(values)) as unknown;

/**
 * What a position is made of: numbers of elements and passes, places in files, whether something has ended, and the stamp that a
 * saved file has. Never elements.
 */
const isMadeOfCounts = (position: unknown): boolean =>
  typeof position === 'object' && position !== null
    ? Object.entries(position).every(([name, value]) => name === 'stamp' || isMadeOfCounts(value))
    : typeof position === 'number' || typeof position === 'boolean';

async function checkLaw(make: () => Dataset<unknown>, epoch: number, stop: number): Promise<void> {
  const whole = await make().toArray({ epoch });
  expect(make().cardinality() ?? whole.length).toBe(whole.length);
  const at = whole.length === 0 ? 0 : stop % (whole.length + 1);
  const first = make().iterator({ epoch });
  for (let i = 0; i < at; i++) expect(plain([(await first.next()).value])).toEqual(plain([whole[i]]));
  const state = JSON.parse(JSON.stringify(first.state())) as ReturnType<typeof first.state>;
  await first.close();
  expect(isMadeOfCounts(state.position)).toBe(true);
  const second = make().iterator();
  await second.restore(state);
  // A state of what was restored, and not yet used, is as good.
  const third = make().iterator();
  await third.restore(JSON.parse(JSON.stringify(second.state())));
  // Passing by comes to the same, also within a pass that has begun.
  const fourth = make().iterator({ epoch });
  const ahead = Math.floor(at / 2);
  for (let i = 0; i < ahead; i++) await fourth.next();
  expect(await fourth.skip(at - ahead)).toBe(at - ahead);
  for (const resumed of [second, third, fourth]) {
    const rest: unknown[] = [];
    for await (const value of resumed) rest.push(value);
    expect(plain(rest)).toEqual(plain(whole.slice(at)));
  }
}

// Passes that end early are what this is about: `cache` warns of them.
silenceWarnings();

/** Methods that make no step of their own: ends, switches, and what others are made of. */
const otherMethods = [
  'iterator',
  'toArray',
  'reduce',
  'cardinality',
  'report',
  'apply',
  'deterministic',
  'budget',
  'save',
];

it('every step of datasets is among those that the laws are about', () => {
  const methods = Object.getOwnPropertyNames(Dataset.prototype).filter((name) => name !== 'constructor');
  const isTold = (name: string) => Object.keys(steps).some((step) => step.startsWith(name));
  expect(methods.filter((name) => !isTold(name)).sort()).toEqual([...otherMethods].sort());
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
