/** What users of tf.data expect of the other steps by name: row D8. */
import { describe, expect, it } from 'vitest';
import {
  chooseFromDatasets,
  counter,
  type Dataset,
  fromArray,
  random,
  range,
  sampleFromDatasets,
  zip,
} from '../index.ts';

describe('D8: the other steps', () => {
  it('do as their names say', async () => {
    expect(await range(3).repeat(2).toArray()).toEqual([0, 1, 2, 0, 1, 2]);
    expect(await range(0).repeat().toArray()).toEqual([]);
    expect(await range(9).skip(2).take(3).toArray()).toEqual([2, 3, 4]);
    expect(await range(2).concatenate(range(5, 7)).toArray()).toEqual([0, 1, 5, 6]);
    expect(await zip({ a: range(3), b: [range(9)] }).toArray()).toEqual([0, 1, 2].map((i) => ({ a: i, b: [i] })));
    expect(await fromArray(['x', 'y']).enumerate(5).toArray()).toEqual([
      [5, 'x'],
      [6, 'y'],
    ]);
    expect(
      await range(9)
        .filter((x) => x % 4 === 0)
        .toArray(),
    ).toEqual([0, 4, 8]);
    expect(
      await range(3)
        .flatMap((x) => range(x))
        .toArray(),
    ).toEqual([0, 0, 1]);
    expect(
      await range(5)
        .scan(0, (sum, x) => [sum + x, sum + x])
        .toArray(),
    ).toEqual([0, 1, 3, 6, 10]);
    expect(
      await range(9)
        .takeWhile((x) => x < 3)
        .toArray(),
    ).toEqual([0, 1, 2]);
    const throwing = range(9).takeWhile((x) => {
      if (x === 4) throw new Error('no four');
      return true;
    });
    await expect(throwing.toArray()).rejects.toThrow(/takeWhile: element 4: no four/);
    const choices = fromArray([1, 0, 1, 1, 0]);
    expect(await chooseFromDatasets([range(9), range(10, 19)], choices).toArray()).toEqual([10, 0, 11, 12, 1]);
    await expect(chooseFromDatasets([range(2)], fromArray([1])).toArray()).rejects.toThrow('E_PIPELINE');
  });

  it('reduces a pass to one value, applies what others wrote, and tells how many there are', async () => {
    expect(await range(5).reduce(10, async (sum, x) => sum + x)).toBe(20);
    expect(
      await range(9)
        .shuffle(9)
        .reduce('', (text, x) => `${text}${x}`, { epoch: 2 }),
    ).toBe((await range(9).shuffle(9).toArray({ epoch: 2 })).join(''));
    const failing = range(5).reduce(0, (sum, x) => {
      if (x === 2) throw new Error('no two');
      return sum + x;
    });
    await expect(failing).rejects.toThrow(/reduce: element 2: no two/);
    const evenly = (d: Dataset<number>) => d.filter((x) => x % 2 === 0).batch(2);
    expect(await range(5).apply(evenly).toArray()).toEqual([new Float32Array([0, 2]), new Float32Array([4])]);
    expect(
      [range(7).batch(2), range(7).repeat(), range(7).repeat().take(30), range(7).filter(Boolean)].map((d) =>
        d.cardinality(),
      ),
    ).toEqual([4, Infinity, 30, undefined]);
    expect(await counter(3, 2).take(3).toArray()).toEqual([3, 5, 7]);
    const words = await random({ seed: 1 }).take(1000).toArray();
    expect(new Set(words).size).toBe(1000);
    expect(Math.abs(words.reduce((a, b) => a + b) / 1000 / 2 ** 32 - 0.5)).toBeLessThan(0.05);
    expect(await random({ seed: 1 }).take(1000).toArray({ epoch: 1 })).not.toEqual(words);
  });

  it('windows are datasets', async () => {
    const windows = async (d: Dataset<Dataset<number>>) => {
      const all = await d.toArray();
      return Promise.all(all.map((window) => window.toArray()));
    };
    expect(await windows(range(7).window(3))).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect(await windows(range(7).window(3, { dropRemainder: true }))).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect(await windows(range(7).window(3, { shift: 2, stride: 2, dropRemainder: true }))).toEqual([
      [0, 2, 4],
      [2, 4, 6],
    ]);
    expect(await windows(range(9).window(2, { shift: 4 }))).toEqual([[0, 1], [4, 5], [8]]);
  });

  it('samples in the stated shares, the same for the same seed', async () => {
    const draw = (seed: number) =>
      sampleFromDatasets([fromArray([0]).repeat(), fromArray([1]).repeat()], { weights: [1, 3], seed }).take(2000);
    const drawn = await draw(3).toArray();
    const ones = drawn.filter((x) => x === 1).length;
    expect(Math.abs(ones - 1500)).toBeLessThan(120);
    expect(await draw(3).toArray()).toEqual(drawn);
    expect(await draw(4).toArray()).not.toEqual(drawn);
  });
});
