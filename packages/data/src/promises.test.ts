/** What users of tf.data expect of input pipelines, row by row: D1 to D13. */
import { setWarningOutput, Tensor, tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import {
  chooseFromDatasets,
  type Dataset,
  fromArray,
  fromGenerator,
  fromIterable,
  fromTensors,
  type HostArray,
  range,
  sampleFromDatasets,
  zip,
} from './index.ts';

const later = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
/** Compiles where the types are the same. */
function typeOf<E>() {
  return { is: <F>(_: Dataset<F>, ..._same: [E] extends [F] ? ([F] extends [E] ? [] : [never]) : [never]): void => {} };
}

describe('D1: elements are typed', () => {
  it('through map, zip and batch, whose batches have the shapes that the types say', async () => {
    const examples = fromTensors({
      x: tensor([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      y: new Int32Array([7, 8, 9]),
    });
    typeOf<{ x: Float32Array; y: number }>().is(examples);
    const batches = examples.map(({ x, y }) => [x, y]).batch(2);
    typeOf<[HostArray<Float32Array, readonly [number, number]>, Float32Array]>().is(batches);
    typeOf<[HostArray<Float32Array, readonly [2, number]>, Float32Array]>().is(
      examples.map(({ x, y }) => [x, y]).batch(2, { dropRemainder: true }),
    );
    const [first, last] = await batches.toArray();
    expect(first?.[0]).toEqual({ data: new Float32Array([1, 2, 3, 4]), shape: [2, 2] });
    expect(first?.[1]).toEqual(new Float32Array([7, 8]));
    expect(last?.[0].shape).toEqual([1, 2]);
    typeOf<[number, string]>().is(zip([range(1), fromArray(['a'])]));
    typeOf<Float32Array>().is(range(3).batch(2));
    typeOf<string[]>().is(fromArray(['a' as string]).batch(2));
  });

  it('batches of tensors are tensors, of booleans, bigints and texts arrays; unbatching is the way back', async () => {
    const elements = [0, 1, 2, 3, 4].map((i) => ({
      t: tensor([i, 1]),
      flag: i > 2,
      big: BigInt(i),
      text: `${i}`,
      deep: [i],
    }));
    const batches = fromArray(elements).batch(2);
    const [first] = await batches.toArray();
    expect(first?.t).toBeInstanceOf(Tensor);
    expect(first?.t.toArray()).toEqual([
      [0, 1],
      [1, 1],
    ]);
    expect(first?.big).toEqual(new BigInt64Array([0n, 1n]));
    expect([first?.flag, first?.text, first?.deep]).toEqual([
      new Uint8Array([0, 0]),
      ['0', '1'],
      [new Float32Array([0, 1])],
    ]);
    const back = await batches.unbatch().toArray();
    expect(back.map(({ text, big, deep, t }) => [text, big, deep, t.toArray()])).toEqual(
      elements.map(({ text, big, deep, t }) => [text, big, deep, t.toArray()]),
    );
    const classes = range(3)
      .map((i) => ({ x: i / 2, label: i }))
      .batch(3, { numbers: { label: Int32Array } });
    expect((await classes.toArray())[0]).toEqual({
      x: new Float32Array([0, 0.5, 1]),
      label: new Int32Array([0, 1, 2]),
    });
  });

  it('slices arrays of every form, and refuses what does not fit', async () => {
    const cube = { data: Uint8Array.from({ length: 12 }, (_, i) => i), shape: [2, 3, 2] };
    expect(
      await fromTensors([
        cube,
        ['a', 'b'],
        [
          [1, 2],
          [3, 4],
        ],
      ]).toArray(),
    ).toEqual([
      [{ data: new Uint8Array([0, 1, 2, 3, 4, 5]), shape: [3, 2] }, 'a', new Float32Array([1, 2])],
      [{ data: new Uint8Array([6, 7, 8, 9, 10, 11]), shape: [3, 2] }, 'b', new Float32Array([3, 4])],
    ]);
    await expect(fromTensors({ a: [1, 2], b: [1, 2, 3] }).toArray()).rejects.toThrow(
      /b: expected 2 examples as in a, got 3/,
    );
    expect(() => fromTensors(4)).toThrow('E_ARGUMENT');
    expect(() => fromTensors({ data: new Float32Array(3), shape: [2, 2] })).toThrow('E_DATA');
    await expect(
      fromArray([[1], [1, 2]])
        .batch(2)
        .toArray(),
    ).rejects.toThrow(/element 1: expected an array of 1/);
    await expect(
      fromArray([new Float32Array(2), new Float32Array(3)])
        .batch(2)
        .toArray(),
    ).rejects.toThrow(/E_SHAPE/);
    await expect(fromArray<unknown>([1, 'a']).batch(2).toArray()).rejects.toThrow(/expected number.*got string/);
  });
});

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
});

describe('D5: prefetch', () => {
  it('goes on reading while an element is used, up to so many', async () => {
    let made = 0;
    const source = fromGenerator(async function* () {
      for (; made < 20; ) yield made++;
    });
    const iterator = source.prefetch(3).iterator();
    await iterator.next();
    await later(5);
    expect(made).toBe(4);
    await iterator.close();
  });

  it('passes failures on in their place, and ends what it reads when it is closed', async () => {
    let isClosed = false;
    const source = fromGenerator(function* () {
      try {
        yield 1;
        yield 2;
        throw new Error('worn out');
      } finally {
        isClosed = true;
      }
    });
    const seen: number[] = [];
    const run = async () => {
      for await (const x of source.prefetch(5)) seen.push(x);
    };
    await expect(run()).rejects.toThrow('worn out');
    expect([seen, isClosed]).toEqual([[1, 2], true]);
    isClosed = false;
    for await (const _ of source.prefetch(1)) break;
    expect(isClosed).toBe(true);
  });
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
});

describe('D7: cache', () => {
  it('reads its source once, is always pass 0 of it, and warns of a pass that ended early', async () => {
    let read = 0;
    const source = fromGenerator(function* (epoch) {
      for (let i = 0; i < 4; i++) {
        read++;
        yield `${epoch}.${i}`;
      }
    });
    const cached = source.cache();
    const warnings: string[] = [];
    const before = setWarningOutput((text) => warnings.push(text));
    expect(await cached.take(2).toArray({ epoch: 3 })).toEqual(['0.0', '0.1']);
    setWarningOutput(before);
    expect(warnings.join()).toMatch(/cache: a pass ended after 2 elements/);
    read = 0;
    for (const epoch of [5, 6]) expect(await cached.toArray({ epoch })).toEqual(['0.0', '0.1', '0.2', '0.3']);
    expect(read).toBe(4);
  });
});

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
    const choices = fromArray([1, 0, 1, 1, 0]);
    expect(await chooseFromDatasets([range(9), range(10, 19)], choices).toArray()).toEqual([10, 0, 11, 12, 1]);
    await expect(chooseFromDatasets([range(2)], fromArray([1])).toArray()).rejects.toThrow('E_PIPELINE');
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

describe('D12: sharding', () => {
  it('shards have every element once', async () => {
    for (const n of [1, 2, 3, 7]) {
      const shards = await Promise.all(Array.from({ length: n }, (_, i) => range(20).shard(n, i).toArray()));
      expect(shards.flat().sort((a, b) => a - b)).toEqual(await range(20).toArray());
    }
    expect(() => range(3).shard(2, 2)).toThrow('E_ATTRIBUTE');
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
});
