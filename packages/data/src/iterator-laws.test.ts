/**
 * The laws of a pass as its user holds it: calls may be made at once and are answered in their order, what has ended stays
 * ended, and what was given stays as it was.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silenceWarnings } from '@deft/test-utils';
import { pipelineSources, pipelineSteps, writePipelineFiles } from '@deft/test-utils/pipelines';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { Dataset } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'deft-iterators-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
await writePipelineFiles(folder);

/** Far enough for what the steps make of so few elements. */
const most = 100;
const pipelines = fc
  .tuple(
    fc.oneof(...Object.values(pipelineSources(folder))),
    fc.array(fc.oneof(...Object.values(pipelineSteps(folder))), { maxLength: 4 }),
  )
  .map(
    ([source, chain]) =>
      (): Dataset<unknown> =>
        chain.reduce((dataset, step) => step(dataset), source()).take(most),
  );

// Passes that end early are part of this: `cache` warns of them.
silenceWarnings();

const textOf = (value: unknown) => JSON.stringify(value) ?? 'undefined';
const rounds = { numRuns: 250 };

describe('a pass', () => {
  it('answers calls that are made at once in their order', { timeout: 120_000 }, async () => {
    const calls = fc.array(fc.oneof(fc.constant('next' as const), fc.nat(6)), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(pipelines, calls, fc.nat(3), fc.boolean(), async (make, drawn, epoch, closes) => {
        const whole = (await make().toArray({ epoch })).map(textOf);
        const iterator = make().iterator({ epoch });
        const answers = drawn.map((call) => (call === 'next' ? iterator.next() : iterator.skip(call)));
        const closing = closes ? iterator.close() : undefined;
        let at = 0;
        for (const [i, call] of drawn.entries()) {
          const answer = await answers[i];
          if (typeof call === 'number') {
            const passed = Math.min(call, whole.length - at);
            expect(answer).toBe(passed);
            at += passed;
          } else if (at < whole.length) {
            expect([
              (answer as IteratorResult<unknown>).done,
              textOf((answer as IteratorResult<unknown>).value),
            ]).toEqual([false, whole[at++]]);
          } else expect(answer).toEqual({ done: true, value: undefined });
        }
        await closing;
        expect(iterator.state().given).toBe(at);
        if (!closes) await iterator.close();
        for (let i = 0; i < 2; i++) expect(await iterator.next()).toEqual({ done: true, value: undefined });
        expect(await iterator.skip(2)).toBe(0);
        await iterator.close();
        expect(await iterator.return()).toEqual({ done: true, value: undefined });
        // Where it was, all the same.
        await iterator.restore(JSON.parse(JSON.stringify(iterator.state())) as ReturnType<typeof iterator.state>);
        const rest: string[] = [];
        for await (const value of iterator) rest.push(textOf(value));
        expect(rest).toEqual(whole.slice(at));
      }),
      rounds,
    );
  });

  it('gives what stays as it was, in later passes as well', { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(pipelines, fc.nat(3), async (make, epoch) => {
        const dataset = make();
        const given: unknown[] = [];
        const texts: string[] = [];
        for (let pass = 0; pass < 2; pass++) {
          for await (const value of dataset.iterator({ epoch: epoch + pass })) {
            given.push(value);
            texts.push(textOf(value));
          }
        }
        expect(given.map(textOf)).toEqual(texts);
      }),
      rounds,
    );
  });
});
