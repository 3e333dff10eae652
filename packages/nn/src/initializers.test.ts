import { key, type Tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import { createWeight, type Initializer } from './index.ts';

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

  it('are pure functions of the key', () => {
    const draw = (seed: number): number[] => [
      ...(createWeight({ name: 'heNormal' }, key(seed) as Tensor, [16, 4]).dataSync() as unknown as Float32Array),
    ];
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});
