/** What users of tf.data expect of maps and of one switch for their order: rows D2 and D13. */
import { describe, expect, it } from 'vitest';
import { chooseFromDatasets, type Dataset, range, sampleFromDatasets, zip } from '../index.ts';

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('D2: map', () => {
  it('keeps the order under any delays, and gives the same random numbers however many run', async () => {
    const mapped = (parallel: number) =>
      range(40).map(
        async (i, { random, seed, index }) => {
          await later((i * 7) % 4);
          return [i, index, seed, random(), random()];
        },
        { parallel, seed: 11 },
      );
    const one = await mapped(1).toArray();
    expect(await mapped(8).toArray()).toEqual(one);
    expect(await mapped(8).toArray({ epoch: 1 })).not.toEqual(one);
    expect(new Set(one.map(([, , seed]) => seed)).size).toBe(40);
    const random = one.flatMap(([, , , a, b]) => [a as number, b as number]);
    expect(random.every((r) => r >= 0 && r < 1)).toBe(true);
  });

  it('runs as many at once as told', async () => {
    let running = 0;
    let most = 0;
    const mapped = range(20).map(
      async () => {
        most = Math.max(most, ++running);
        await later(1);
        running--;
      },
      { parallel: 5 },
    );
    await mapped.toArray();
    expect(most).toBe(5);
  });

  it.each([1, 4])('names the element at which the function failed (%s at once)', async (parallel) => {
    const cause = new RangeError('no good');
    const mapped = range(10).map(
      (i) => {
        if (i === 6) throw cause;
        return i;
      },
      { parallel },
    );
    const seen: number[] = [];
    const run = async () => {
      for await (const i of mapped) seen.push(i);
    };
    await expect(run()).rejects.toMatchObject({ code: 'E_PIPELINE', cause, message: /map: element 6: no good/ });
    expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
  });
});

describe('D13: determinism', () => {
  it('one call makes two passes of one number the same, whatever steps were told', async () => {
    const quick = range(30).map(
      async (i) => {
        await later((i * 5) % 3);
        return i;
      },
      { parallel: 6, ordered: false },
    );
    expect(await quick.toArray()).not.toEqual(await range(30).toArray());
    expect(await quick.deterministic().shuffle(4).toArray()).toEqual(await range(30).shuffle(4).toArray());
  });

  it('also of what it has become a part of, and of what follows there', async () => {
    const quick = (dataset: Dataset<number>) =>
      dataset.map(
        async (i) => {
          await later((i * 5) % 3);
          return i;
        },
        { parallel: 6, ordered: false },
      );
    const rows = range(30);
    const nothing = range(0);
    const whole: Readonly<Record<string, (d: Dataset<number>) => Dataset<number>>> = {
      zip: (d) => zip({ i: d, j: rows }).map(({ i }) => i),
      concatenate: (d) => d.concatenate(nothing),
      concatenateTo: (d) => nothing.concatenate(d),
      choose: (d) =>
        chooseFromDatasets(
          [nothing, d],
          rows.map(() => 1),
        ),
      sample: (d) => sampleFromDatasets([nothing, d], { weights: [0, 1] }),
    };
    for (const [name, of] of Object.entries(whole)) {
      expect([name, await quick(of(quick(rows).deterministic())).toArray()]).toEqual([name, await rows.toArray()]);
    }
  });
});
