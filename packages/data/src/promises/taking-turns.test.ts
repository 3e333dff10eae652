/** What users of tf.data expect of datasets that are taken from in turn: row D6. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Dataset, fromArray, fromGenerator, range } from '../index.ts';

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** As many elements as told, each of which takes a while. */
const slow = (x: number, length: number, wait: number): Dataset<string> =>
  fromGenerator(async function* () {
    for (let i = 0; i < length; i++) {
      await later(wait);
      yield `${x}.${i}`;
    }
  });

describe('D6: interleave', () => {
  it('takes blocks in turn, and refills slots when their turn comes', async () => {
    const repeated = (times: (x: number) => number) => (x: number) => fromArray(new Array<number>(times(x)).fill(x));
    // The example of the documentation of tf.data.Dataset.interleave.
    const even = range(1, 6).interleave(
      repeated(() => 6),
      { cycleLength: 2, blockLength: 4 },
    );
    expect(await even.toArray()).toEqual([
      1, 1, 1, 1, 2, 2, 2, 2, 1, 1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 3, 3, 4, 4, 5, 5, 5, 5, 5, 5,
    ]);
    const uneven = range(1, 5).interleave(
      repeated((x) => x),
      { cycleLength: 3, blockLength: 2 },
    );
    expect(await uneven.toArray()).toEqual([1, 2, 2, 3, 3, 4, 4, 3, 4, 4]);
    expect(
      await range(4)
        .interleave((x) => range(x), { cycleLength: 2 })
        .toArray(),
    ).toEqual([0, 0, 1, 0, 1, 2]);
  });

  it('keeps places where sources of any length end, however many are read at once', async () => {
    const lengths = [3, 0, 1, 4, 2, 0, 5];
    const all = (parallel: number, blockLength: number) =>
      fromArray(lengths)
        .enumerate()
        .interleave(([x, length]) => slow(x, length, (x * 3) % 4), { cycleLength: 3, blockLength, parallel })
        .toArray();
    // Worked out by hand: a place whose source has ended is empty until its next turn.
    expect((await all(1, 1)).join(' ')).toBe('0.0 2.0 0.1 3.0 0.2 3.1 4.0 3.2 4.1 3.3 6.0 6.1 6.2 6.3 6.4');
    for (const parallel of [2, 3, 8]) {
      for (const blockLength of [1, 2, 3]) expect(await all(parallel, blockLength)).toEqual(await all(1, blockLength));
    }
  });

  it('has one order for any number at once', async () => {
    const sources = fc.array(fc.tuple(fc.nat(5), fc.nat(2)), { maxLength: 8 });
    const counts = fc.tuple(
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 2, max: 6 }),
    );
    await fc.assert(
      fc.asyncProperty(sources, counts, async (all, [cycleLength, blockLength, parallel]) => {
        const given = (options: object) =>
          fromArray(all)
            .enumerate()
            .interleave(([x, [length, wait]]) => slow(x, length, wait), { cycleLength, blockLength, ...options })
            .toArray();
        const expected = await given({});
        expect(await given({ parallel })).toEqual(expected);
        const asReady = await given({ parallel, ordered: false });
        expect([...asReady].sort()).toEqual([...expected].sort());
      }),
      { numRuns: 30 },
    );
  });

  it('opens and reads as many at once as told, and nothing before its turn when one', async () => {
    for (const [parallel, most] of [
      [1, 1],
      [3, 3],
      [8, 5],
    ] as const) {
      let running = 0;
      let reached = 0;
      const busy = async () => {
        reached = Math.max(reached, ++running);
        await later(2);
        running--;
      };
      const read = range(12).interleave(
        async (x) => {
          await busy();
          return range(3).map(async (i) => {
            await busy();
            return [x, i];
          });
        },
        { cycleLength: 4, parallel },
      );
      expect((await read.toArray()).length).toBe(36);
      expect(reached).toBe(most);
    }
    const opened: number[] = [];
    const inTurn = range(9).interleave((x) => {
      opened.push(x);
      return range(5);
    });
    const iterator = inTurn.iterator();
    await iterator.next();
    await later(2);
    expect(opened).toEqual([0]);
    await iterator.close();
  });

  it('passes over what is not ready if order does not matter, and gives each element once after a restart', async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const make = () =>
      range(6).interleave((x) => slow(x, 4, 0).map(async (text) => (x === 0 ? released.then(() => text) : text)), {
        cycleLength: 3,
        parallel: 3,
        ordered: false,
      });
    const asReady: string[] = [];
    for await (const text of make()) {
      if (asReady.push(text) === 9) release();
    }
    expect(asReady.indexOf('0.0')).toBeGreaterThan(8);
    const inOrder = await range(6)
      .interleave((x) => slow(x, 4, 0), { cycleLength: 3 })
      .toArray();
    expect(await make().deterministic().toArray()).toEqual(inOrder);
    for (const stop of [0, 3, 9, 20]) {
      const first = make().iterator();
      const seen: string[] = [];
      for (let i = 0; i < stop; i++) seen.push((await first.next()).value as string);
      const state = JSON.parse(JSON.stringify(first.state())) as ReturnType<typeof first.state>;
      await first.close();
      const second = make().iterator();
      await second.restore(state);
      for await (const value of second) seen.push(value);
      expect(seen.sort()).toEqual([...inOrder].sort());
    }
  });

  it.each([1, 3])('names the element whose dataset failed, in its place (%s at once)', async (parallel) => {
    const failing = (make: (x: number) => Dataset<number>) => async () => {
      const seen: number[] = [];
      const read = range(5).interleave(make, { cycleLength: 2, parallel });
      const run = async () => {
        for await (const x of read) seen.push(x);
      };
      await expect(run()).rejects.toMatchObject({ code: 'E_PIPELINE', message: /interleave: element 2: .*no two/ });
      return seen;
    };
    const cause = new Error('no two');
    const making = failing((x) => {
      if (x === 2) throw cause;
      return fromArray([x, x]);
    });
    expect(await making()).toEqual([0, 1, 0, 1]);
    const reading = failing((x) =>
      fromArray([x, 10 * x]).map((y) => {
        if (y === 20) throw cause;
        return y;
      }),
    );
    expect(await reading()).toEqual([0, 1, 0, 10, 2, 3]);
    const atSource = range(4)
      .map((x) => {
        if (x === 3) throw cause;
        return x;
      })
      .interleave((x) => range(x), { parallel });
    await expect(atSource.toArray()).rejects.toThrow(/^map: element 3: no two/);
  });
});
