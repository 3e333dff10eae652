/** What users of tf.data expect of steps that tell elements apart by keys and classes, of row D8. */
import { describe, expect, it } from 'vitest';
import { counter, type Dataset, fromArray, random, range } from '../index.ts';

const shareOf = (classes: readonly number[], of: number): number =>
  classes.filter((one) => one === of).length / classes.length;

describe('D8: groupByWindow', () => {
  it('gives windows as they are full, and what is left in the order of the keys', async () => {
    const words = fromArray(['oak', 'fig', 'pear', 'elm', 'plum', 'ash', 'ivy', 'cherry']);
    const lists = words.groupByWindow((word) => word.length, {
      size: 2,
      reduce: (length, window) => window.batch(2).map((all) => `${length}: ${all.join()}`),
    });
    expect(await lists.toArray()).toEqual(['3: oak,fig', '4: pear,plum', '3: elm,ash', '3: ivy', '6: cherry']);
    const bySize = range(10).groupByWindow((x) => (x % 3 === 0 ? 'three' : 'other'), {
      sizeOf: (key) => (key === 'three' ? 2 : 5),
      reduce: async (key, window) => window.take(1).map((x) => `${key} ${x}`),
    });
    expect(await bySize.toArray()).toEqual(['three 0', 'other 1', 'three 6', 'other 8']);
  });

  it('holds every element once, each window of one key', async () => {
    const windows = await range(100)
      .shuffle(100)
      .groupByWindow((x) => x % 7, { size: 4, reduce: (_, window) => window.batch(4) })
      .toArray();
    expect(windows.flatMap((window) => [...window]).sort((a, b) => a - b)).toEqual(await range(100).toArray());
    for (const window of windows) expect(new Set([...window].map((x) => x % 7)).size).toBe(1);
  });

  it('says at which element a function failed, and what is missing', async () => {
    const reduce = (_: unknown, window: Dataset<number>) => window;
    const keyOf = (x: number): number => {
      if (x === 3) throw new Error('no key');
      return x % 2;
    };
    await expect(range(5).groupByWindow(keyOf, { size: 2, reduce }).toArray()).rejects.toThrow(
      /groupByWindow: element 3: no key/,
    );
    const sizeOf = (key: number) => key;
    await expect(
      range(5)
        .groupByWindow((x) => x % 2, { sizeOf, reduce })
        .toArray(),
    ).rejects.toThrow(/element 0: .*size: expected a whole number of at least 1, got 0/);
    expect(() => range(5).groupByWindow((x) => x, { reduce })).toThrow(/expected size or sizeOf, got neither/);
    expect(() => range(5).groupByWindow((x) => x, { size: 0, reduce })).toThrow('E_ATTRIBUTE');
  });
});

describe('D8: rejectionResample', () => {
  /** Of 20000 elements two in three are of class 0, two in nine of class 1, one in nine of class 2. */
  const classes = random({ seed: 4 })
    .map((word) => [0, 0, 0, 0, 0, 0, 1, 1, 2][word % 9] as number)
    .take(20_000);
  const ways = [
    ['counted on the way', {}],
    ['told', { initialDistribution: [6, 2, 1] }],
  ] as const;

  it.each(ways)('reaches the wanted distribution, with classes before %s', async (_, options) => {
    for (const target of [
      [1, 1, 1],
      [0.2, 0.5, 0.3],
      [0, 3, 1],
    ]) {
      const kept = await classes.rejectionResample((x) => x, target, { ...options, seed: 1 }).toArray();
      const total = target.reduce((sum, share) => sum + share, 0);
      // The share of a class deviates by at most 0.5 / √kept: 5 of them away would be a fault.
      for (const [of, wanted] of target.entries()) {
        expect(Math.abs(shareOf(kept, of) - wanted / total)).toBeLessThan(2.5 / Math.sqrt(kept.length));
      }
      // No more are dropped than have to be: all of the class that limits it stay.
      const shares = [6 / 9, 2 / 9, 1 / 9];
      const most = Math.min(...target.map((share, of) => ((shares[of] as number) * total) / share));
      expect(kept.length / 20_000).toBeGreaterThan(most - 0.02);
    }
  });

  it('keeps all where nothing has to go, and is a function of seed and pass', async () => {
    const even = counter()
      .map((i) => i % 2)
      .take(500);
    const told = { initialDistribution: [1, 1] };
    expect((await even.rejectionResample((x) => x, [1, 1], told).toArray()).length).toBe(500);
    const drawn = (seed: number, epoch: number) =>
      range(300)
        .rejectionResample((x) => x % 2, [1, 3], { seed })
        .toArray({ epoch });
    const first = await drawn(2, 0);
    expect(await drawn(2, 0)).toEqual(first);
    expect(await drawn(2, 1)).not.toEqual(first);
    expect(await drawn(3, 0)).not.toEqual(first);
  });

  it('refuses what is no class and no distribution', async () => {
    const resampled = fromArray([0, 1, 2]).rejectionResample((x) => x, [1, 1]);
    await expect(resampled.toArray()).rejects.toThrow(/element 2: expected a class from 0 to 1, got 2/);
    for (const weights of [[], [0, 0], [1, -1], [1, Number.NaN]]) {
      expect(() => range(3).rejectionResample((x) => x, weights)).toThrow(/targetDistribution: .*E_ATTRIBUTE/s);
    }
    const initialDistribution = [1, 0];
    expect(() => range(3).rejectionResample((x) => x, [1, 1], { initialDistribution })).toThrow(
      /initialDistribution: expected some of class 1/,
    );
  });
});

describe('D8: unique', () => {
  it('keeps the first of those that are alike, and asks what objects are alike', async () => {
    expect(await fromArray([3, 1, 3, 2, 1]).unique().toArray()).toEqual([3, 1, 2]);
    const rows = fromArray([
      { id: 'a', n: 1 },
      { id: 'b', n: 2 },
      { id: 'a', n: 3 },
    ]);
    expect(
      await rows
        .unique(({ id }) => id)
        .map(({ n }) => n)
        .toArray(),
    ).toEqual([1, 2]);
    await expect(rows.unique().toArray()).rejects.toThrow(/unique: element 0: objects are all different: keyOf/);
  });
});
