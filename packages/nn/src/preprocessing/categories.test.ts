/** Categories: against plain numbers, captured as at once, one by one, and back from their configuration. */
import type { Tensor } from '@deft/core';
import { jit, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Layer, LayerLike, Signal } from '../index.ts';
import * as l from '../index.ts';

const inference = { training: false };
const whole = (values: unknown): Tensor => tensor(values as number[], { dtype: 'int32' }) as Tensor;
const plain = (t: unknown): unknown => (t as Tensor).toArray();
const run = (layer: LayerLike, x: Signal): unknown => plain(layer.apply({}, {}, x, inference).output);
const rows = fc.array(fc.array(fc.integer({ min: -4, max: 9 }), { minLength: 3, maxLength: 3 }), {
  minLength: 1,
  maxLength: 3,
});

type Captured = (x: Tensor) => unknown;

/** The laws of layers, for those that give whole numbers or count them. */
function holdLaws(layer: LayerLike, captured: Captured, values: readonly (readonly number[])[]): void {
  const x = whole(values);
  const expected = run(layer, x) as unknown[];
  expect(plain(captured(x))).toEqual(expected);
  expect(values.map((row) => (run(layer, whole([row])) as unknown[])[0])).toEqual(expected);
  const { kind, name, config } = layer;
  const copy = l.layerFromConfig(JSON.parse(JSON.stringify({ kind, name, config })));
  expect(copy.config).toEqual(config);
  expect(run(copy, x)).toEqual(expected);
  expect(layer.apply({}, {}, x, inference).output).toMatchObject({
    shape: [values.length, ...(layer.outputShape([3]) as readonly number[])],
  });
}

const modes = ['int', 'oneHot', 'multiHot', 'count'] as const;
const layers: readonly LayerLike[] = modes.flatMap((outputMode): readonly LayerLike[] => [
  ...(outputMode === 'int' ? [] : [l.categoryEncoding(6, { outputMode })]),
  l.discretization({ binBoundaries: [-1, 2.5, 6], outputMode }),
  l.hashing(5, { outputMode, salt: -7, maskValue: 3 }),
  l.integerLookup({ vocabulary: [7, -2, 3], outputMode, maskToken: 0, numOovIndices: 2 }),
]);

describe('categories', () => {
  it.each(layers.map((layer) => [`${layer.kind} ${layer.config['outputMode']}`, layer] as const))(
    '%s: captured as at once, examples one by one, back from the configuration',
    (_, layer) => {
      const captured = jit((x: Tensor) => layer.apply({}, {}, x, inference).output) as Captured;
      fc.assert(
        fc.property(rows, (values) => holdLaws(layer, captured, values)),
        { numRuns: 5 },
      );
    },
  );

  it('categoryEncoding marks and counts', () => {
    fc.assert(
      fc.property(rows, (values) => {
        const counts = values.map((row) =>
          [0, 1, 2, 3, 4, 5].map((place) => row.filter((one) => one === place).length),
        );
        expect(run(l.categoryEncoding(6, { outputMode: 'count' }), whole(values))).toEqual(counts);
        const marks = counts.map((row) => row.map((count) => Math.min(count, 1)));
        expect(run(l.categoryEncoding(6), whole(values))).toEqual(marks);
        const each = values.map((row) => row.map((one) => [0, 1, 2, 3, 4, 5].map((place) => Number(place === one))));
        expect(run(l.categoryEncoding(6, { outputMode: 'oneHot' }), whole(values))).toEqual(each);
      }),
      { numRuns: 10 },
    );
  });

  it('single categories are vectors, with an axis of their own and without', () => {
    for (const outputMode of ['multiHot', 'oneHot', 'count'] as const) {
      const layer = l.categoryEncoding(3, { outputMode });
      expect(run(layer, whole([2, 0]))).toEqual([
        [0, 0, 1],
        [1, 0, 0],
      ]);
      expect(run(layer, whole([[2], [0]]))).toEqual([
        [0, 0, 1],
        [1, 0, 0],
      ]);
      expect([layer.outputShape([]), layer.outputShape([1])]).toEqual([[3], [3]]);
    }
  });

  it('counts by weights, and takes them to count only', () => {
    const layer = l.categoryEncoding(3, { outputMode: 'count' });
    expect(run(layer, [whole([[0, 2, 2]]), tensor([[0.5, 1, 2]]) as Tensor])).toEqual([[0.5, 0, 3]]);
    expect(() => layer.outputShape([[3], [2]])).toThrow(/weights of their shape.*\[E_LAYER\]/);
    expect(() => l.categoryEncoding(3).outputShape([[3], [3]])).toThrow(/categories alone.*\[E_LAYER\]/);
  });

  it('vectors have the dtype of the policy', () => {
    const layer = l.integerLookup({ vocabulary: [5], outputMode: 'multiHot', dtype: 'mixedFloat16' });
    expect(layer.apply({}, {}, whole([[5]]), inference).output.dtype).toBe('float16');
    expect(l.hashing(3).apply({}, {}, whole([[5]]), inference).output.dtype).toBe('int32');
  });
});

describe('discretization', () => {
  it('counts the bounds that are reached', async () => {
    const bounds = [-1.5, 0, 4];
    const x = [[-2, -1.5, 0, 3.9, 4, 100]];
    const expected = x.map((row) => row.map((value) => bounds.filter((bound) => bound <= value).length));
    expect(run(l.discretization({ binBoundaries: bounds }), tensor(x) as Tensor)).toEqual(expected);
    expect(() => l.discretization({ binBoundaries: [1, 1] })).toThrow(/ascending.*\[E_LAYER\]/);
    expect(() => l.discretization({} as never)).toThrow(/binBoundaries/);
  });

  it('adapts so that the intervals hold equally many', async () => {
    const data = Array.from({ length: 100 }, (_, i) => ((i * 37) % 100) ** 2);
    const layer = await l.adaptDiscretization(data, 5);
    const counts = new Array(5).fill(0);
    for (const bin of run(layer, tensor(data) as Tensor) as number[]) counts[bin]++;
    expect(counts).toEqual([20, 20, 20, 20, 20]);
    expect((await l.adaptDiscretization([3, 3, 3], 4)).config['binBoundaries']).toEqual([3]);
  });
});

/** The hash again, in numbers. */
function scatter(x: number, salt: number): number {
  let hash = (x ^ salt) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b) >>> 0;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) >>> 0;
  return (hash ^ (hash >>> 16)) >>> 0;
}

describe('hashing', () => {
  it('is the hash it says, in its bins alone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer(), { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 2, max: 1000 }),
        fc.integer(),
        (values, bins, salt) => {
          const found = run(l.hashing(bins, { salt }), whole([values]));
          expect(found).toEqual([values.map((value) => scatter(value, salt) % bins)]);
          const masked = run(l.hashing(bins, { salt, maskValue: values[0] as number }), whole([values]));
          const below = values.map((value) => (value === values[0] ? 0 : 1 + (scatter(value, salt) % (bins - 1))));
          expect(masked).toEqual([below]);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('spreads evenly, int64 as int32', () => {
    const values = Array.from({ length: 4000 }, (_, i) => i - 2000);
    const bins = (run(l.hashing(8), whole([values])) as number[][])[0] as number[];
    for (let bin = 0; bin < 8; bin++) {
      expect(Math.abs(bins.filter((one) => one === bin).length - 500)).toBeLessThan(100);
    }
    const long = tensor([values.slice(0, 20).map(BigInt)] as never, { dtype: 'int64' }) as Tensor;
    expect(run(l.hashing(8), long)).toEqual([bins.slice(0, 20)]);
  });

  it('crosses pairs in their order, one by one', () => {
    const layer = l.hashedCrossing(50);
    const [a, b] = [
      [1, 2, 3, 1, 2],
      [4, 4, 5, 4, 1],
    ];
    const pairs = a.map((one, i) => scatter((Math.imul(scatter(one, 0), 0x9e3779b1) + (b[i] as number)) | 0, 0) % 50);
    expect(run(layer, [whole(a), whole(b)])).toEqual(pairs);
    expect(pairs[0]).toBe(pairs[3]);
    expect(run(layer, [whole(b), whole(a)])).not.toEqual(pairs);
    const vectors = run(l.hashedCrossing(50, { outputMode: 'oneHot' }), [whole([[1]]), whole([[4]])]) as number[][];
    expect(vectors[0]?.indexOf(1)).toBe(pairs[0]);
    expect(() => layer.outputShape([[1], [2]])).toThrow(/two inputs of one shape.*\[E_LAYER\]/);
  });
});

describe('integerLookup', () => {
  const tokens = fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 20 });

  it('gives the place in the vocabulary, and the number of a place', () => {
    fc.assert(
      fc.property(tokens, fc.integer({ min: 0, max: 3 }), fc.boolean(), (vocabulary, numOovIndices, isMasked) => {
        const maskToken = isMasked ? 99 : null;
        const before = numOovIndices + Number(isMasked);
        const lookup = l.integerLookup({ vocabulary, numOovIndices, maskToken });
        expect(run(lookup, whole([vocabulary]))).toEqual([vocabulary.map((_, i) => i + before)]);
        const inverse = l.integerLookup({ vocabulary, numOovIndices, maskToken, invert: true });
        const places = lookup.apply({}, {}, whole([vocabulary]), inference).output;
        expect(run(inverse, places)).toEqual([vocabulary]);
        expect(run(inverse, whole([[before + vocabulary.length, -1]]))).toEqual([[-1, -1]]);
        const [unknown, mask] = (run(lookup, whole([[98, 99]])) as number[][])[0] as [number, number];
        expect(unknown).toBe(numOovIndices === 0 ? -1 : Number(isMasked) + (98 % numOovIndices));
        if (isMasked) expect(mask).toBe(0);
      }),
      { numRuns: 15 },
    );
  });

  it('finds int64 as it is', () => {
    const layer = l.integerLookup({ vocabulary: [4, 3] });
    const x = tensor([[3n, 4n, 2n ** 40n + 3n]] as never, { dtype: 'int64' }) as Tensor;
    expect(run(layer, x)).toEqual([[2, 1, 0]]);
  });

  it('counts with weights, and pads vectors', () => {
    const options = { vocabulary: [7, 5], outputMode: 'tfIdf', idfWeights: [1, 3] } as const;
    expect(run(l.integerLookup(options), whole([[5, 5, 7, 1]]))).toEqual([[2, 1, 6]]);
    const padded = l.integerLookup({ vocabulary: [7], outputMode: 'count', maxTokens: 4, padToMaxTokens: true });
    expect(run(padded, whole([[7, 7, 0]]))).toEqual([[1, 2, 0, 0]]);
  });

  it('adapts to the most frequent numbers', async () => {
    const data = [
      [3, 3, 3],
      [5, 5, 8],
      [8, 1, 0],
    ];
    expect((await l.adaptIntegerLookup(data)).config['vocabulary']).toEqual([3, 8, 5, 1, 0]);
    const limited = await l.adaptIntegerLookup(data, { maxTokens: 4, maskToken: 0, oovToken: 1 });
    expect(limited.config['vocabulary']).toEqual([3, 8]);
    const weighed = await l.adaptIntegerLookup(data, { outputMode: 'tfIdf' });
    const weights = weighed.config['idfWeights'] as number[];
    expect(weights[0]).toBeCloseTo(Math.log(1 + 3 / 2), 12);
    expect(weights[1]).toBeCloseTo(Math.log(1 + 3 / 3), 12);
  });

  it.each([
    [{ vocabulary: [1, 1] }, /each number once/],
    [{ vocabulary: [1.5] }, /whole number/],
    [{ vocabulary: [] }, /vocabulary/],
    [{ vocabulary: [1], maxTokens: 1 }, /at least 2/],
    [{ vocabulary: [1], outputMode: 'tfIdf' }, /idfWeights/],
    [{ vocabulary: [1], invert: true, outputMode: 'count' }, /'int' with invert/],
    [{ vocabulary: [1], padToMaxTokens: true }, /maxTokens/],
  ])('refuses %j', (options, says) => {
    expect(() => l.integerLookup(options as never) as Layer).toThrow(says);
  });
});
