/** What users of tf.data expect of batches: row D4. */
import { describe, expect, it } from 'vitest';
import { type Dataset, fromArray, type HostArray, type RaggedArray, range } from '../index.ts';

/** Compiles where the types are the same. */
function typeOf<E>() {
  return { is: <F>(_: Dataset<F>, ..._same: [E] extends [F] ? ([F] extends [E] ? [] : [never]) : [never]): void => {} };
}

describe('D4: batches', () => {
  it('keep the rest unless told, straddle passes after repeat, and have one size before', async () => {
    const sizes = async (d: Dataset<Float32Array>) => (await d.toArray()).map(({ length }) => length);
    expect(await sizes(range(7).batch(3))).toEqual([3, 3, 1]);
    expect(await sizes(range(7).batch(3, { dropRemainder: true }))).toEqual([3, 3]);
    expect(await sizes(range(7).repeat(2).batch(3))).toEqual([3, 3, 3, 3, 2]);
    expect(await sizes(range(7).batch(3).repeat(2))).toEqual([3, 3, 1, 3, 3, 1]);
  });

  it('padded: to the longest or to a length, with a value for each part', async () => {
    const rows = range(3).map((i) => ({ ids: new Int32Array(i + 1).fill(i), at: i }));
    const [longest] = await rows.paddedBatch(3, { padValues: { ids: -1 } }).toArray();
    expect(longest?.ids).toEqual({ data: new Int32Array([0, -1, -1, 1, 1, -1, 2, 2, 2]), shape: [3, 3] });
    expect(longest?.at).toEqual(new Float32Array([0, 1, 2]));
    const [longer] = await rows.paddedBatch(2, { lengths: 4 }).toArray();
    expect(longer?.ids.shape).toEqual([2, 4]);
    await expect(rows.paddedBatch(3, { lengths: 2 }).toArray()).rejects.toThrow(/element 2, ids: expected at most 2/);
    const images = fromArray([
      [1, 2],
      [2, 1],
    ]).map(([h, w]) => ({
      data: new Uint8Array((h as number) * (w as number)).fill(1),
      shape: [h as number, w as number] as const,
    }));
    expect((await images.paddedBatch(2).toArray())[0]).toEqual({
      data: new Uint8Array([1, 1, 0, 0, 1, 0, 1, 0]),
      shape: [2, 2, 2],
    });
  });

  it('by length: only like lengths together, every element once', async () => {
    const lengths = Array.from({ length: 60 }, (_, i) => (i * 17) % 23);
    const batches = await fromArray(lengths)
      .map((n) => new Int32Array(n).fill(n))
      .bucketByLength((x) => x.length, { boundaries: [5, 12], batchSizes: [4, 3, 2], padValues: -1 })
      .toArray();
    const bucketOf = (n: number) => (n < 5 ? 0 : n < 12 ? 1 : 2);
    expect(new Set(batches.map(({ shape }) => bucketOf(shape[1]))).size).toBe(3);
    expect(batches.reduce((sum, { shape }) => sum + shape[0], 0)).toBe(60);
    for (const { shape } of batches) expect(shape[0]).toBeLessThanOrEqual([4, 3, 2][bucketOf(shape[1])] as number);
    const sum = batches.reduce((total, { data }) => total + data.filter((x) => x >= 0).length, 0);
    expect(sum).toBe(lengths.reduce((a, b) => a + b, 0));
    expect(() => range(1).bucketByLength((x) => x, { boundaries: [3, 3], batchSizes: 1 })).toThrow('E_ATTRIBUTE');
  });

  it('ragged: all rows in a row with where each array begins, and back', async () => {
    const rows = range(4).map((i) => ({
      ids: new Int32Array(i % 3).fill(i) as Int32Array,
      points: { data: new Float32Array(2 * i).fill(i) as Float32Array, shape: [i, 2] as const },
      at: i,
      name: `n${i}`,
    }));
    const batches = rows.raggedBatch(3);
    typeOf<{
      ids: RaggedArray<Int32Array>;
      points: RaggedArray<HostArray<Float32Array, readonly [number, 2]>>;
      at: Float32Array;
      name: string[];
    }>().is(batches);
    const [first] = await batches.toArray();
    expect(first?.ids).toEqual({ values: new Int32Array([1, 2, 2]), rowSplits: new Int32Array([0, 0, 1, 3]) });
    expect(first?.points.values.shape).toEqual([3, 2]);
    expect([first?.at, first?.name]).toEqual([new Float32Array([0, 1, 2]), ['n0', 'n1', 'n2']]);
    const back = batches.unbatch();
    typeOf<{ ids: Int32Array; points: HostArray<Float32Array, readonly [number, 2]>; at: number; name: string }>().is(
      back,
    );
    expect(await back.toArray()).toEqual(await rows.toArray());
    expect((await rows.raggedBatch(3, { dropRemainder: true }).toArray()).length).toBe(1);
    const mixed = fromArray([new Float32Array(2), new Int32Array(2)]).raggedBatch(2);
    await expect(mixed.toArray()).rejects.toThrow(/raggedBatch: .*element 1.*but for the first axis.*E_SHAPE/s);
    const damaged = fromArray([{ values: new Float32Array(3), rowSplits: new Int32Array([0, 2, 4]) }]);
    await expect(damaged.unbatch().toArray()).rejects.toThrow(
      /rowSplits: expected rising numbers from 0 to 3, got 0,2,4/,
    );
  });
});
