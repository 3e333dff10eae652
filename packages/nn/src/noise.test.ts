import { key, ones, tensor } from '@deft/tensor';
import { describe, expect, it } from 'vitest';
import {
  alphaDropout,
  gaussianDropout,
  gaussianNoise,
  type Layer,
  spatialDropout1d,
  spatialDropout2d,
  spatialDropout3d,
} from './index.ts';

const train = (layer: Layer, shape: number[], seed = 3): number[] => [
  ...(layer
    .apply({}, {}, ones(shape), { training: true, key: key(seed) })
    .output.dataSync() as unknown as Float32Array),
];
const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const varianceOf = (values: readonly number[]): number => {
  const mean = meanOf(values);
  return meanOf(values.map((value) => (value - mean) ** 2));
};

describe('noise', () => {
  it('has the mean and deviation it is told', () => {
    const added = train(gaussianNoise(0.5), [1, 40_000]);
    expect(meanOf(added)).toBeCloseTo(1, 2);
    expect(varianceOf(added)).toBeCloseTo(0.25, 2);
    const multiplied = train(gaussianDropout(0.2), [1, 40_000]);
    expect(meanOf(multiplied)).toBeCloseTo(1, 2);
    expect(varianceOf(multiplied)).toBeCloseTo(0.25, 2);
  });

  it('alphaDropout keeps mean 0 and variance 1', () => {
    // Halves of −1 and 1 have both.
    const x = tensor(
      Float32Array.from({ length: 60_000 }, (_, i) => (i % 2 === 0 ? 1 : -1)),
      { shape: [1, 60_000] },
    );
    const { output } = alphaDropout(0.3).apply({}, {}, x, { training: true, key: key(8) });
    const values = [...(output.dataSync() as unknown as Float32Array)];
    expect(meanOf(values)).toBeCloseTo(0, 1);
    expect(Math.abs(varianceOf(values) - 1)).toBeLessThan(0.03);
    expect(new Set(values.map((value) => value.toFixed(4))).size).toBe(3);
  });

  it.each([gaussianNoise(1), gaussianDropout(0.5), alphaDropout(0.5), spatialDropout1d(0.5, { name: 'one' })])(
    'is nothing outside of training, and needs a key in it: $kind',
    (layer) => {
      const x = ones([1, 2, 3]);
      expect(layer.apply({}, {}, x, { training: false }).output).toBe(x);
      expect(() => layer.apply({}, {}, x, { training: true })).toThrow(/a key in training.*\[E_LAYER\]/);
      expect(train(layer, [2, 2, 8], 1)).toEqual(train(layer, [2, 2, 8], 1));
    },
  );
});

describe('spatial dropout', () => {
  it.each([
    [spatialDropout1d(0.5), [50, 6, 8]],
    [spatialDropout2d(0.5), [50, 2, 3, 8]],
    [spatialDropout3d(0.5), [50, 1, 2, 3, 8]],
  ] as const)('drops whole channels of each example: %j', (layer, shape) => {
    const values = train(layer, [...shape]);
    const at = (example: number, place: number, channel: number): number =>
      values[(example * 6 + place) * 8 + channel] as number;
    let dropped = 0;
    for (let example = 0; example < 50; example++) {
      for (let channel = 0; channel < 8; channel++) {
        const places = new Set(Array.from({ length: 6 }, (_, place) => at(example, place, channel)));
        expect(places.size).toBe(1);
        expect([0, 2]).toContain([...places][0]);
        if (places.has(0)) dropped++;
      }
    }
    expect(dropped / 400).toBeGreaterThan(0.4);
    expect(dropped / 400).toBeLessThan(0.6);
  });

  it('knows channels first', () => {
    const values = train(spatialDropout2d(0.5, { dataFormat: 'channelsFirst' }), [1, 16, 2, 2]);
    for (let channel = 0; channel < 16; channel++) {
      expect(new Set(values.slice(4 * channel, 4 * channel + 4)).size).toBe(1);
    }
    expect(new Set(values)).toEqual(new Set([0, 2]));
  });
});
