/** A state may be taken at any moment between two elements, whatever steps are doing then in the background. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Dataset, fromGenerator } from './index.ts';

/** Gives way to whatever else goes on, so many times. */
async function giveWay(times: number): Promise<void> {
  for (let i = 0; i < times; i++) await undefined;
}

/** A source each of whose elements is on its way for so many turns. */
const source = (turns: readonly number[]): Dataset<number> =>
  fromGenerator(async function* () {
    for (const [i, count] of turns.entries()) {
      await giveWay(count);
      yield i;
    }
  });

const ways: Readonly<Record<string, (d: Dataset<number>) => Dataset<unknown>>> = {
  'map of several': (d) => d.map((x) => x, { parallel: 3 }),
  'map in any order': (d) => d.map((x) => x, { parallel: 3, ordered: false }),
  prefetch: (d) => d.prefetch(2),
  'interleave ahead': (d) =>
    d.interleave((x) => source([x % 3, 0]).map((y) => [x, y]), { cycleLength: 2, parallel: 2 }),
  'interleave in any order': (d) =>
    d.interleave((x) => source([x % 3, 0]).map((y) => [x, y]), { cycleLength: 2, parallel: 2, ordered: false }),
  'map over map': (d) => d.map((x) => x, { parallel: 2 }).map((x) => [x], { parallel: 2 }),
  'prefetch of batches': (d) => d.batch(2).prefetch(1),
};

it.each(Object.entries(ways))('%s', async (name, step) => {
  const turns = fc.array(fc.nat(12), { minLength: 1, maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(turns, fc.nat(10), fc.nat(40), async (counts, stop, moment) => {
      const make = () => step(source(counts));
      const texts = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value));
      const whole = texts(await make().toArray());
      const first = make().iterator();
      const seen: unknown[] = [];
      for (let i = 0; i < Math.min(stop, whole.length); i++) seen.push((await first.next()).value);
      await giveWay(moment);
      const state = JSON.parse(JSON.stringify(first.state())) as ReturnType<typeof first.state>;
      const second = make().iterator();
      await second.restore(state);
      for await (const value of second) seen.push(value);
      await first.close();
      const isInOrder = !name.includes('any order');
      expect(isInOrder ? texts(seen) : texts(seen).sort()).toEqual(isInOrder ? whole : whole.sort());
    }),
    { numRuns: 150 },
  );
});
