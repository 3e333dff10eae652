/**
 * The laws of passes that do not end well. Whatever steps there are, a failure comes in its place: what was given before is what
 * would have been given without it, and nothing is left open. The same holds of passes that are left early, and of
 * several at once.
 */
import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeftError } from '@deft/tensor';
import { silenceWarnings } from '@deft/test-utils';
import { type Build, numberOf, pipelineSources, pipelineSteps, writePipelineFiles } from '@deft/test-utils/pipelines';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseFromDatasets, type Dataset, fromGenerator, range, sampleFromDatasets, zip } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'deft-failures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
await writePipelineFiles(folder);
const steps = pipelineSteps(folder);
const chains = fc.array(fc.oneof(...Object.values(steps)), { maxLength: 3 });

// Passes that end early are what this is about: `cache` warns of them.
silenceWarnings();

/** Far enough for what the steps make of so few elements. */
const most = 100;
const plain = (values: readonly unknown[]) => JSON.parse(JSON.stringify(values)) as readonly unknown[];
const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

class Failure extends Error {}

/** Files below the folder that this process has open, where the system tells. */
function openFiles(): readonly string[] {
  const descriptors = '/proc/self/fd';
  if (!existsSync(descriptors)) return [];
  const pathOf = (name: string): string => {
    try {
      return readlinkSync(join(descriptors, name));
    } catch {
      // That of the listing itself.
      return '';
    }
  };
  return readdirSync(descriptors)
    .map(pathOf)
    .filter((path) => path.startsWith(folder));
}

/** What the pipelines of a case are made of. */
interface Case {
  /** What comes behind the elements that are counted; it may be read from a file. */
  readonly further: (() => Dataset<unknown>) | undefined;
  readonly length: number;
  readonly isLater: boolean;
  readonly upstream: readonly Build[];
  readonly downstream: readonly Build[];
}

const cases = fc.record({
  further: fc.option(fc.oneof(...Object.values(pipelineSources(folder))), { nil: undefined }),
  length: fc.nat(30),
  isLater: fc.boolean(),
  upstream: chains,
  downstream: chains,
});

/** A pipeline whose source says how often it is open, with a step between the others that fails at an element if told. */
function pipeline({ further, length, isLater, upstream, downstream }: Case, failsAt = -1) {
  const source = { open: 0 };
  const expectClosed = (): void => expect([source.open, ...openFiles()]).toEqual([0]);
  const counted = fromGenerator(async function* () {
    source.open++;
    try {
      for (let i = 0; i < length; i++) {
        if (isLater && i % 7 === 3) await later(0);
        yield i;
      }
    } finally {
      if (isLater) await later(1);
      source.open--;
    }
  });
  const chain = (dataset: Dataset<unknown>, builds: readonly Build[]) => builds.reduce((d, step) => step(d), dataset);
  const failing = chain(further ? counted.concatenate(further().map(numberOf)) : counted, upstream).map(
    (x, { index }) => {
      if (index === failsAt) throw new Failure('worn out');
      return x;
    },
  );
  return { expectClosed, dataset: chain(failing, downstream).take(most) };
}

/** What a pass gives, until it ends, fails or is left. */
async function outcomeOf(dataset: Dataset<unknown>, epoch: number, leaveAfter = Number.POSITIVE_INFINITY) {
  const given: unknown[] = [];
  if (leaveAfter === 0) return { given };
  try {
    for await (const value of dataset.iterator({ epoch })) {
      given.push(value);
      if (given.length >= leaveAfter) break;
    }
    return { given };
  } catch (error) {
    return { given, error };
  }
}

/** The failure at the bottom of errors that name where it was. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? causeOf(error.cause) : error;
}

describe('passes that do not end well', () => {
  const rounds = { numRuns: 250 };

  it('a failure comes in its place, and nothing is left open', { timeout: 120_000 }, async () => {
    let failed = 0;
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(20), fc.nat(2), async (drawn, failsAt, epoch) => {
        const whole = await outcomeOf(pipeline(drawn).dataset, epoch);
        expect(whole.error).toBeUndefined();
        const { expectClosed, dataset } = pipeline(drawn, failsAt);
        const { given, error } = await outcomeOf(dataset, epoch);
        expectClosed();
        expect(plain(given)).toEqual(plain(whole.given).slice(0, given.length));
        if (error === undefined) expect(given.length).toBe(whole.given.length);
        else {
          failed++;
          expect(causeOf(error)).toBeInstanceOf(Failure);
          expect(error).toMatchObject({ code: 'E_PIPELINE', message: expect.stringContaining('worn out') });
        }
      }),
      rounds,
    );
    expect(failed).toBeGreaterThan(rounds.numRuns / 10);
  });

  it('nothing is left open by a pass that is left', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(20), fc.nat(2), async (drawn, leaveAfter, epoch) => {
        const { expectClosed, dataset } = pipeline(drawn);
        await outcomeOf(dataset, epoch, leaveAfter);
        expectClosed();
      }),
      rounds,
    );
  });

  it('passes at once give what they give alone', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.array(fc.nat(2), { minLength: 2, maxLength: 3 }), async (drawn, epochs) => {
        const alone: (readonly unknown[])[] = [];
        for (const epoch of epochs) alone.push(plain((await outcomeOf(pipeline(drawn).dataset, epoch)).given));
        const { expectClosed, dataset } = pipeline(drawn);
        const atOnce = await Promise.all(epochs.map((epoch) => outcomeOf(dataset, epoch)));
        expect(atOnce.map(({ given }) => plain(given))).toEqual(alone);
        expectClosed();
      }),
      rounds,
    );
  });

  it('nothing is left open by a pass that cannot begin', { timeout: 120_000 }, async () => {
    let refused = 0;
    const damage = fc.record({ at: fc.nat(), by: fc.constantFrom(undefined, null, -1, 0.5, 1e6, 'no', [], {}) });
    await fc.assert(
      fc.asyncProperty(cases, fc.nat(12), damage, async (drawn, stop, { at, by }) => {
        const first = pipeline(drawn).dataset.iterator();
        for (let i = 0; i < stop; i++) await first.next();
        const places: [holder: Record<string, unknown>, name: string][] = [];
        const state = JSON.parse(JSON.stringify(first.state()), function (this: Record<string, unknown>, name, value) {
          places.push([this, name]);
          return value as unknown;
        }) as ReturnType<typeof first.state>;
        await first.close();
        const [holder, name] = places[at % places.length] as (typeof places)[0];
        holder[name] = by;
        const { expectClosed, dataset } = pipeline(drawn);
        const second = dataset.iterator();
        const error: unknown = await second.restore(state).then(
          () => undefined,
          (one: unknown) => one,
        );
        if (error !== undefined) {
          refused++;
          expect(error).toBeInstanceOf(DeftError);
          expectClosed();
        }
        // As if nothing had been tried, or wherever it was put.
        await second.next().catch(() => {});
        await second.close();
        expectClosed();
      }),
      rounds,
    );
    expect(refused).toBeGreaterThan(rounds.numRuns / 10);
  });

  it('nor where one of several parts cannot be opened', async () => {
    const bad = fromGenerator(() => {
      throw new Failure('not there');
    });
    const whole: Readonly<Record<string, (d: Dataset<unknown>) => Dataset<unknown>>> = {
      zip: (d) => zip([d.prefetch(2), bad]),
      choose: (d) => chooseFromDatasets([d, bad], range(5)),
      chosen: (d) => chooseFromDatasets([d], bad as Dataset<number>),
      sample: (d) => sampleFromDatasets([d.batch(2), bad]).map((x) => x),
      interleave: (d) => range(2).interleave((i) => (i === 0 ? d : bad), { cycleLength: 2, parallel: 2 }),
    };
    for (const [name, of] of Object.entries(whole)) {
      let open = 0;
      const opened = fromGenerator(() => {
        open++;
        return {
          [Symbol.asyncIterator]: () => ({
            next: () => later(1).then(() => ({ done: false as const, value: 0 })),
            return: async () => {
              open--;
              return { done: true as const, value: undefined };
            },
          }),
        };
      });
      const { error } = await outcomeOf(of(opened), 0);
      expect([name, causeOf(error), open]).toEqual([name, expect.any(Failure), 0]);
    }
  });
});
