/** What users of tf.data expect of the order of elements and of who has which: rows D3 and D12. */
import { describe, expect, it } from 'vitest';
import { fromGenerator, range } from '../index.ts';

describe('D3: shuffle', () => {
  it('is a function of seed and pass, and holds every element once', async () => {
    const shuffled = range(50).shuffle(50, { seed: 9 });
    const passes: number[][] = [];
    for (let i = 0; i < 3; i++) {
      const pass: number[] = [];
      for await (const x of shuffled) pass.push(x);
      passes.push(pass);
      expect([...pass].sort((a, b) => a - b)).toEqual(await range(50).toArray());
    }
    expect(new Set(passes.map(String)).size).toBe(3);
    expect(await range(50).shuffle(50, { seed: 9 }).toArray({ epoch: 2 })).toEqual(passes[2]);
    expect(await range(50).shuffle(50, { seed: 9 }).repeat(3).toArray()).toEqual(passes.flat());
    const still = range(50).shuffle(50, { reshuffleEachIteration: false });
    expect(await still.toArray({ epoch: 3 })).toEqual(await still.toArray());
  });

  it('has an order of its own in every round, also of rounds within rounds of a late pass', async () => {
    const epochs: number[] = [];
    const source = fromGenerator(function* (epoch) {
      epochs.push(epoch);
      yield* [0, 1, 2, 3, 4, 5];
    });
    const rounds = source.shuffle(6).repeat().take(30).repeat().take(90).repeat().take(240);
    for (const epoch of [0, 1, 7, 2 ** 40]) {
      epochs.length = 0;
      const given = await rounds.toArray({ epoch });
      expect(given.length).toBe(240);
      expect(new Set(epochs).size).toBe(epochs.length);
      expect(epochs.every(Number.isSafeInteger)).toBe(true);
      const orders = Array.from({ length: 40 }, (_, i) => given.slice(6 * i, 6 * i + 6).join());
      expect(new Set(orders).size).toBeGreaterThan(30);
    }
  });

  it('draws every place alike from a buffer of the whole, and never from beyond a smaller one', async () => {
    const places = Array.from({ length: 8 }, () => new Array<number>(8).fill(0));
    const passes = 4000;
    for (let epoch = 0; epoch < passes; epoch++) {
      const order = await range(8).shuffle(8).toArray({ epoch });
      for (const [place, x] of order.entries())
        (places[x] as number[])[place] = ((places[x] as number[])[place] ?? 0) + 1;
    }
    // 64 counts around 500 with a deviation of 21: 6 of them away would be a fault.
    for (const count of places.flat()) expect(Math.abs(count - passes / 8)).toBeLessThan(126);
    const near = await range(1000).shuffle(10).toArray();
    expect(near.every((x, place) => x < place + 10)).toBe(true);
  });
});

describe('D12: sharding', () => {
  it('shards have every element once', async () => {
    for (const n of [1, 2, 3, 7]) {
      const shards = await Promise.all(Array.from({ length: n }, (_, i) => range(20).shard(n, i).toArray()));
      expect(shards.flat().sort((a, b) => a - b)).toEqual(await range(20).toArray());
    }
    expect(() => range(3).shard(2, 2)).toThrow('E_ATTRIBUTE');
  });
});
