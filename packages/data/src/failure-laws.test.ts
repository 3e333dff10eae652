/**
 * The laws of passes that do not end well. Whatever steps there are, a failure comes in its place: what was given before is what
 * would have been given without it, and nothing is left open. The same holds of passes that are left early, and of
 * several at once.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setWarningOutput } from '@deft/tensor';
import { type Build, pipelineSteps } from '@deft/test-utils/pipelines';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Dataset, fromGenerator } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'deft-failures-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const steps = pipelineSteps(folder);
const chains = fc.array(fc.oneof(...Object.values(steps)), { maxLength: 3 });

// Passes that end early are what this is about: `cache` warns of them.
let before: ReturnType<typeof setWarningOutput>;
beforeAll(() => {
  before = setWarningOutput(() => {});
});
afterAll(() => {
  setWarningOutput(before);
});

/** Far enough for what the steps make of so few elements. */
const most = 100;
const plain = (values: readonly unknown[]) => JSON.parse(JSON.stringify(values)) as readonly unknown[];
const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

class Failure extends Error {}

/** What the pipelines of a case are made of. */
interface Case {
  readonly length: number;
  readonly isLater: boolean;
  readonly upstream: readonly Build[];
  readonly downstream: readonly Build[];
}

const cases = fc.record({ length: fc.nat(30), isLater: fc.boolean(), upstream: chains, downstream: chains });

/** A pipeline whose source says how often it is open, with a step between the others that fails at an element if told. */
function pipeline({ length, isLater, upstream, downstream }: Case, failsAt = -1) {
  const source = { open: 0 };
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
  const failing = chain(counted, upstream).map((x, { index }) => {
    if (index === failsAt) throw new Failure('worn out');
    return x;
  });
  return { source, dataset: chain(failing, downstream).take(most) };
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
        const { source, dataset } = pipeline(drawn, failsAt);
        const { given, error } = await outcomeOf(dataset, epoch);
        expect(source.open).toBe(0);
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
        const { source, dataset } = pipeline(drawn);
        await outcomeOf(dataset, epoch, leaveAfter);
        expect(source.open).toBe(0);
      }),
      rounds,
    );
  });

  it('passes at once give what they give alone', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(cases, fc.array(fc.nat(2), { minLength: 2, maxLength: 3 }), async (drawn, epochs) => {
        const alone: (readonly unknown[])[] = [];
        for (const epoch of epochs) alone.push(plain((await outcomeOf(pipeline(drawn).dataset, epoch)).given));
        const { source, dataset } = pipeline(drawn);
        const atOnce = await Promise.all(epochs.map((epoch) => outcomeOf(dataset, epoch)));
        expect(atOnce.map(({ given }) => plain(given))).toEqual(alone);
        expect(source.open).toBe(0);
      }),
      rounds,
    );
  });
});
