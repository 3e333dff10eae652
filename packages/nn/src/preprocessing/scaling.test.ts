/** Layers that scale features, and those that give their input. */
import type { Tensor } from '@deft/core';
import { key, randomNormal, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as l from '../index.ts';

const inference = { training: false };
const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];

describe('normalization', () => {
  it('adapts to data so that every place has mean 0 and variance 1, and back', async () => {
    const x = randomNormal([6, 3, 4], { key: key(1), mean: 5, standardDeviation: 3 }) as Tensor;
    for (const axis of [-1, 1, [1, 2], null] as const) {
      const layer = await l.adaptNormalization(x, { axis });
      const { output } = layer.apply({}, {}, x, inference);
      const again = await l.adaptNormalization(output, { axis });
      for (const mean of [again.config['mean']].flat() as number[]) expect(mean).toBeCloseTo(0, 5);
      for (const variance of [again.config['variance']].flat() as number[]) expect(variance).toBeCloseTo(1, 5);
      const back = l.normalization({ ...(layer.config as unknown as l.NormalizationOptions), invert: true });
      const values = numbersOf(back.apply({}, {}, output, inference).output);
      numbersOf(x).forEach((value, i) => {
        expect(values[i]).toBeCloseTo(value, 4);
      });
    }
  });

  it('adapts to arrays by plain numbers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), { minLength: 1 }),
        async (rows) => {
          const { config } = await l.adaptNormalization(rows);
          [0, 1].forEach((column) => {
            const values = rows.map((row) => row[column] as number);
            const mean = values.reduce((a, b) => a + b, 0) / values.length;
            const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
            expect((config['mean'] as number[])[column]).toBeCloseTo(mean, 9);
            expect((config['variance'] as number[])[column]).toBeCloseTo(variance, 9);
          });
        },
      ),
      { numRuns: 10 },
    );
  });

  it('has no infinities where there is no variance, and takes whole numbers', () => {
    const layer = l.normalization({ mean: 3, variance: 0, axis: null });
    expect(numbersOf(layer.apply({}, {}, tensor([[3]], { dtype: 'int32' }) as Tensor, inference).output)).toEqual([0]);
  });

  it('refuses what does not fit', async () => {
    expect(() => l.normalization({} as never)).toThrow(/mean.*\[E_LAYER\]/);
    expect(() => l.normalization({ mean: 0, variance: -1 })).toThrow(/no negative/);
    expect(() => l.normalization({ mean: [1, 2], variance: 1 }).outputShape([3])).toThrow(/2 places along axis -1/);
    await expect(l.adaptNormalization([])).rejects.toThrow(/a batch of examples.*\[E_LAYER\]/);
    await expect(l.adaptNormalization([1, 2], { axis: 1 })).rejects.toThrow(/axis 1.*\[E_LAYER\]/);
  });
});

describe('rescaling', () => {
  it('takes numbers for all and for each place, and whole numbers', () => {
    const x = tensor(
      [
        [0, 100],
        [255, 50],
      ],
      { dtype: 'uint8' },
    ) as Tensor;
    const { output } = l.rescaling([2, 0.5], { offset: [-1, 1] }).apply({}, {}, x, inference);
    expect([output.dtype, output.toArray()]).toEqual([
      'float32',
      [
        [-1, 51],
        [509, 26],
      ],
    ]);
    expect(() => l.rescaling([1, 2]).outputShape([3])).toThrow(/2 places along the last axis.*\[E_LAYER\]/);
    expect(() => l.rescaling(Number.NaN)).toThrow(/scale.*\[E_LAYER\]/);
  });
});

describe('activityRegularization', () => {
  it('costs what the option of every layer costs', () => {
    const x = randomNormal([3, 4], { key: key(1) }) as Tensor;
    const activityRegularizer = { name: 'l1l2', l1: 0.3, l2: 0.2 } as const;
    const other = l.identity({ activityRegularizer }).apply({}, {}, x, { training: true });
    const own = l.activityRegularization({ l1: 0.3, l2: 0.2 }).apply({}, {}, x, { training: true });
    expect(own.output).toBe(x);
    expect(own.penalty?.item()).toBeCloseTo(Number(other.penalty?.item()), 6);
    expect(() => l.activityRegularization({ l1: -1 })).toThrow(/l1.*\[E_LAYER\]/);
  });
});
