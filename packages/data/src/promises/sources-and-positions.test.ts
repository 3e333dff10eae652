/** What users of tf.data expect of sources, and of going on from where a pass stood: rows D9 and D10. */
import { describe, expect, it } from 'vitest';
import { fromGenerator, fromIterable, range } from '../index.ts';

describe('D9: sources', () => {
  it('generators begin anew for every pass; a generator itself is used once, and says so', async () => {
    const again = fromGenerator(function* () {
      yield 1;
    });
    expect([await again.toArray(), await again.toArray()]).toEqual([[1], [1]]);
    const set = fromIterable(new Set([1, 2]));
    expect([await set.toArray(), await set.toArray()]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    const once = fromIterable(
      (async function* () {
        yield 1;
      })(),
    );
    expect(await once.toArray()).toEqual([1]);
    await expect(once.toArray()).rejects.toThrow(/a generator ends with its first pass.*fromGenerator/s);
  });
});

describe('D10: positions', () => {
  it('are small: indices, never elements', async () => {
    const examples = range(5000)
      .map(() => new Float32Array(1000))
      .shuffle(100)
      .batch(10)
      .prefetch(4);
    const iterator = examples.iterator();
    for (let i = 0; i < 30; i++) await iterator.next();
    expect(JSON.stringify(iterator.state()).length).toBeLessThan(3000);
    await iterator.close();
  });

  it('pass by what was used without mapping it again', async () => {
    const mapped: number[] = [];
    const make = () =>
      range(1000).map((i) => {
        mapped.push(i);
        return i;
      });
    const first = make().batch(10).iterator();
    for (let i = 0; i < 50; i++) await first.next();
    mapped.length = 0;
    const second = make().batch(10).iterator();
    await second.restore(first.state());
    expect((await second.next()).value?.[0]).toBe(500);
    expect(mapped.length).toBe(10);
  });
});
