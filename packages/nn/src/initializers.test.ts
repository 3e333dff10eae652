import { key, type Tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { createWeight, dense, type Initializer, type InitializerName, initializerNames } from './index.ts';

/** What a layer makes of each name. */
const defaults = Object.fromEntries(
  initializerNames.map((name) => [name, dense(1, { kernelInitializer: name }).config['kernelInitializer']]),
) as Record<InitializerName, Initializer>;

function statistics(initializer: Initializer, shape: readonly number[], seed = 1) {
  const values = [...(createWeight(initializer, key(seed) as Tensor, shape).dataSync() as unknown as Float32Array)];
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
  return { mean, variance, min: Math.min(...values), max: Math.max(...values) };
}

describe('initialisers', () => {
  // A matrix and a filter: fan-in 100 and 9·16, fan-out 200 and 9·32.
  it.each([
    ['glorotUniform', [100, 200], 2 / 300],
    ['glorotNormal', [100, 200], 2 / 300],
    ['heUniform', [100, 200], 2 / 100],
    ['heNormal', [100, 200], 2 / 100],
    ['lecunUniform', [100, 200], 1 / 100],
    ['lecunNormal', [100, 200], 1 / 100],
    ['glorotUniform', [3, 3, 16, 64], 2 / (9 * 80)],
    ['heNormal', [3, 3, 16, 64], 2 / (9 * 16)],
  ] as const)('%s has the variance of its fans for %j', (name, shape, expected) => {
    const { mean, variance, min, max } = statistics({ name }, shape);
    expect(Math.abs(mean)).toBeLessThan(0.05 * Math.sqrt(expected));
    expect(variance / expected).toBeGreaterThan(0.94);
    expect(variance / expected).toBeLessThan(1.06);
    const bound = name.endsWith('Uniform') ? Math.sqrt(3 * expected) : (2 * Math.sqrt(expected)) / 0.87962566103423978;
    expect(min).toBeGreaterThanOrEqual(-bound * 1.000001);
    expect(max).toBeLessThanOrEqual(bound * 1.000001);
    expect(max).toBeGreaterThan(0.98 * bound);
  });

  it('draw around the mean they are told', () => {
    const normal = statistics({ name: 'randomNormal', mean: 3, standardDeviation: 0.5 }, [20_000]);
    expect(normal.mean).toBeCloseTo(3, 1);
    expect(normal.variance).toBeCloseTo(0.25, 1);
    const truncated = statistics({ name: 'truncatedNormal', mean: 1, standardDeviation: 1 }, [20_000]);
    expect(truncated.min).toBeGreaterThanOrEqual(-1);
    expect(truncated.max).toBeLessThanOrEqual(3);
    expect(truncated.variance).toBeCloseTo(0.774, 1);
    const uniform = statistics({ name: 'randomUniform', minimum: 2, maximum: 4 }, [20_000]);
    expect(uniform.mean).toBeCloseTo(3, 1);
    expect(uniform.min).toBeGreaterThanOrEqual(2);
    expect(uniform.max).toBeLessThan(4);
  });

  it('fill', () => {
    expect(createWeight({ name: 'zeros' }, key(0) as Tensor, [2]).toArray()).toEqual([0, 0]);
    expect(createWeight({ name: 'ones' }, key(0) as Tensor, [2]).toArray()).toEqual([1, 1]);
    expect(createWeight({ name: 'constant', value: 7 }, key(0) as Tensor, []).toArray()).toBe(7);
  });

  it.each([
    ['fanIn', 2 / 100],
    ['fanOut', 2 / 200],
    ['fanAverage', 2 / 150],
  ] as const)('varianceScaling takes its variance from %s in every distribution', (mode, expected) => {
    for (const distribution of ['truncatedNormal', 'untruncatedNormal', 'uniform'] as const) {
      const { mean, variance, max } = statistics({ name: 'varianceScaling', scale: 2, mode, distribution }, [100, 200]);
      expect(Math.abs(mean)).toBeLessThan(0.05 * Math.sqrt(expected));
      expect(Math.abs(variance / expected - 1)).toBeLessThan(0.06);
      const deviations = max / Math.sqrt(expected);
      if (distribution === 'uniform') expect(deviations).toBeLessThan(Math.sqrt(3.0001));
      if (distribution === 'truncatedNormal') expect(deviations).toBeLessThan(2.2738);
      if (distribution === 'untruncatedNormal') expect(deviations).toBeGreaterThan(2.5);
    }
  });

  it.each([[[6, 6]], [[8, 3]], [[3, 8]], [[2, 3, 2, 5]], [[1, 4]]])('orthogonal makes %j orthogonal', (shape) => {
    for (const gain of [1, -0.5]) {
      const matrix = createWeight({ name: 'orthogonal', gain }, key(5) as Tensor, shape);
      expect(matrix.abstract).toMatchObject({ shape, dtype: 'float32' });
      const columns = shape.at(-1) as number;
      const rows = matrix.size / columns;
      const values = [...(matrix.dataSync() as unknown as Float32Array)];
      const at = (row: number, column: number): number => values[row * columns + column] as number;
      const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
      const vector = (i: number, j: number): number => (rows >= columns ? at(j, i) : at(i, j));
      for (let a = 0; a < count; a++) {
        for (let b = 0; b < count; b++) {
          let product = 0;
          for (let j = 0; j < length; j++) product += vector(a, j) * vector(b, j);
          expect(product).toBeCloseTo(a === b ? gain * gain : 0, 5);
        }
      }
    }
  });

  it('orthogonal matrices have no preferred direction', () => {
    const corners = Array.from({ length: 400 }, (_, seed) =>
      Number(createWeight(defaults.orthogonal, key(seed) as Tensor, [2, 2]).dataSync()[0]),
    );
    expect(Math.abs(corners.reduce((a, b) => a + b, 0) / 400)).toBeLessThan(0.1);
    expect(corners.reduce((a, b) => a + b * b, 0) / 400).toBeCloseTo(0.5, 1);
  });

  it('identity is the identity, cut or filled up with zeros', () => {
    const make = (shape: number[], gain = 1) =>
      createWeight({ name: 'identity', gain }, key(0) as Tensor, shape).toArray();
    expect(make([2, 2], 3)).toEqual([
      [3, 0],
      [0, 3],
    ]);
    expect(make([1, 3])).toEqual([[1, 0, 0]]);
    expect(make([3, 1])).toEqual([[1], [0], [0]]);
    expect(() => make([2])).toThrow(/initializer identity: shape: expected two axes, got \[2\] \[E_LAYER\]/);
    expect(() => createWeight(defaults.orthogonal, key(0) as Tensor, [3])).toThrow(/two axes or more.*\[E_LAYER\]/);
  });

  it('are float32 of any shape, sizes of 0 included', () => {
    for (const name of initializerNames) {
      for (const shape of [[0, 3] as const, [2, 1] as const]) {
        expect(createWeight(defaults[name], key(0) as Tensor, shape).abstract).toMatchObject({
          shape,
          dtype: 'float32',
        });
      }
    }
  });

  it('are pure functions of the key', () => {
    const draw = (seed: number): number[] => [
      ...(createWeight({ name: 'heNormal' }, key(seed) as Tensor, [16, 4]).dataSync() as unknown as Float32Array),
    ];
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});
