/** A pass may go on with another number of elements at once, time and again: how a dataset is computed is no part of what it is. */
import { silenceWarnings } from '@deft/test-utils';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type MapOptions, range } from './index.ts';

silenceWarnings();

const ways = fc.record({
  parallel: fc.constantFrom(1, 2, 5, 'auto' as const),
  ordered: fc.boolean(),
  stop: fc.nat(6),
});

it.each(['throw', 'skip'] as const)('maps that %s', async (onError) => {
  const delays = fc.array(fc.nat(5), { minLength: 1, maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(delays, fc.array(ways, { minLength: 2, maxLength: 6 }), async (turns, plan) => {
      const make = (options: MapOptions) =>
        range(turns.length).map(
          async (i, { random }) => {
            for (let turn = 0; turn < (turns[i] as number); turn++) await undefined;
            if (onError === 'skip' && i % 4 === 2) throw new RangeError('left out');
            return [i, random()];
          },
          { ...options, seed: 3, onError },
        );
      const whole = await make({}).toArray();
      const seen: unknown[] = [];
      let state: string | undefined;
      for (const { stop, ...options } of plan) {
        const iterator = make(options).iterator();
        if (state !== undefined) await iterator.restore(JSON.parse(state));
        for (let i = 0; i < stop; i++) {
          const next = await iterator.next();
          if (!next.done) seen.push(next.value);
        }
        state = JSON.stringify(iterator.state());
        await iterator.close();
      }
      const last = make(plan[0] ?? {}).iterator();
      await last.restore(JSON.parse(state as string));
      for await (const value of last) seen.push(value);
      const isInOrder = plan.every(({ ordered }) => ordered);
      const sorted = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort();
      if (isInOrder) expect(seen).toEqual(whole);
      else expect(sorted(seen)).toEqual(sorted(whole));
    }),
    { numRuns: 200 },
  );
});
