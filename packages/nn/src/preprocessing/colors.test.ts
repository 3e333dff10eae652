/** Colours and values of pixels: against plain numbers where the factor is fixed, by their statistics where it is drawn. */
import type { Tensor } from '@deft/core';
import { gaussianBlur, key, ones, randomUniform, rgbToGrayscale, tensor } from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Layer } from '../index.ts';
import * as l from '../index.ts';

const train = (layer: Layer, x: Tensor, seed = 1): Tensor =>
  layer.apply({}, {}, x, { training: true, key: key(seed) }).output;
const still = (layer: Layer, x: Tensor): Tensor => layer.apply({}, {}, x, { training: false }).output;
const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];
const imagesOf = (shape: readonly number[], maximum = 255): Tensor =>
  randomUniform([...shape], { key: key(7), maximum }) as Tensor;
const pixels = (values: readonly number[]): Tensor => tensor([values.map((value) => [[value]])]) as Tensor;

function expectClose(found: readonly number[], expected: readonly number[], tolerance = 1e-3): void {
  expect(found.length).toBe(expected.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] as number))).toBeLessThan(tolerance);
  });
}

const clip = (value: number): number => Math.min(Math.max(value, 0), 255);
const bytes = fc.array(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 12 });

describe('light', () => {
  it('randomBrightness adds a share of the range', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: -10, max: 10 }), (values, tenths) => {
        const found = train(l.randomBrightness([tenths / 10, tenths / 10]), pixels(values));
        expectClose(
          numbersOf(found),
          values.map((value) => clip(value + 25.5 * tenths)),
        );
      }),
      { numRuns: 10 },
    );
  });

  it('randomContrast stretches each channel about its mean', () => {
    const x = tensor([[[[10, 100]], [[20, 200]]]]) as Tensor;
    expectClose(numbersOf(train(l.randomContrast(0), x)), [10, 100, 20, 200]);
    const found = numbersOf(train(l.randomContrast([0.5, 1]), x));
    const factor = ((found[2] as number) - (found[0] as number)) / 10;
    expect(factor).toBeGreaterThanOrEqual(0.5);
    expect(factor).toBeLessThanOrEqual(2);
    expectClose(found, [15 - 5 * factor, 150 - 50 * factor, 15 + 5 * factor, 150 + 50 * factor].map(clip));
  });

  it('draws evenly', () => {
    const many = numbersOf(
      train(l.randomBrightness([-0.1, 0.3], { valueRange: [-1, 1] }), imagesOf([3000, 1, 1, 1], 1e-9)),
    );
    expect(many.reduce((a, b) => a + b, 0) / 3000).toBeCloseTo(0.2, 1);
    expect(Math.min(...many)).toBeGreaterThanOrEqual(-0.2001);
    expect(Math.max(...many)).toBeLessThanOrEqual(0.6001);
  });
});

describe('colours', () => {
  const x = imagesOf([2, 3, 2, 3]);
  const grey = numbersOf(rgbToGrayscale(x) as Tensor).flatMap((value) => [value, value, value]);

  it('randomHue by half a turn gives complements, and by none nothing', () => {
    const colors = tensor([
      [
        [
          [255, 0, 0],
          [255, 255, 0],
          [10, 20, 30],
        ],
      ],
    ]) as Tensor;
    expectClose(numbersOf(train(l.randomHue([1, 1]), colors)), [0, 255, 255, 0, 0, 255, 30, 20, 10]);
    expectClose(numbersOf(train(l.randomHue([0, 0]), x)), numbersOf(x), 0.01);
  });

  it('randomHue turns to both sides', () => {
    const red = tensor([[[[1, 0, 0]]]]) as Tensor;
    const turned = Array.from({ length: 8 }, (_, seed) =>
      numbersOf(train(l.randomHue([2 / 3, 2 / 3], { valueRange: [0, 1] }), red, seed)).map((v) => Math.round(v)),
    );
    expect(new Set(turned.map(String))).toEqual(new Set(['0,1,0', '0,0,1']));
  });

  it('randomSaturation is grey at 0, nothing at 0.5 and full at 1', () => {
    expectClose(numbersOf(train(l.randomSaturation([0.5, 0.5]), x)), numbersOf(x), 0.01);
    const color = tensor([[[[100, 50, 75]]]]) as Tensor;
    expectClose(numbersOf(train(l.randomSaturation([0, 0]), color)), [100, 100, 100]);
    expectClose(numbersOf(train(l.randomSaturation([1, 1]), color)), [100, 0, 50]);
  });

  it('randomColorDegeneration mixes with grey', () => {
    expectClose(numbersOf(train(l.randomColorDegeneration([0, 0]), x)), numbersOf(x));
    expectClose(numbersOf(train(l.randomColorDegeneration([1, 1]), x)), grey);
    const half = numbersOf(x).map((value, i) => (value + (grey[i] as number)) / 2);
    expectClose(numbersOf(train(l.randomColorDegeneration([0.5, 0.5]), x)), half);
  });

  it('randomGrayscale makes its share grey', () => {
    expectClose(numbersOf(train(l.randomGrayscale({ factor: 1 }), x)), grey);
    expectClose(numbersOf(train(l.randomGrayscale({ factor: 0 }), x)), numbersOf(x));
    const many = numbersOf(train(l.randomGrayscale({ factor: 0.3 }), imagesOf([2000, 1, 1, 3])));
    const share = many.filter((value, i) => i % 3 === 0 && value === many[i + 1]).length / 2000;
    expect(Math.abs(share - 0.3)).toBeLessThan(0.05);
  });

  it('randomColorJitter is its parts', () => {
    expect(numbersOf(train(l.randomColorJitter(), x))).toEqual(numbersOf(x));
    const lighter = train(l.randomBrightness([0.1, 0.1]), x);
    expectClose(numbersOf(train(l.randomColorJitter({ brightnessFactor: [0.1, 0.1] }), x)), numbersOf(lighter));
    const all = l.randomColorJitter({ brightnessFactor: [0.1, 0.1], saturationFactor: [0, 0], hueFactor: [1, 1] });
    const expected = train(l.randomHue([1, 1]), train(l.randomSaturation([0, 0]), lighter));
    expectClose(numbersOf(train(all, x)), numbersOf(expected), 0.01);
  });

  it('refuses other channels than three, and bad factors', () => {
    expect(() => l.randomHue(0.1).outputShape([2, 2, 1])).toThrow(/three channels.*\[E_LAYER\]/);
    expect(() => l.randomHue(-0.1)).toThrow(/factor.*\[E_LAYER\]/);
    expect(() => l.randomContrast([0.1, 3])).toThrow(/factor.*\[E_LAYER\]/);
    expect(() => l.randomBrightness(0.1, { valueRange: [1, 0] })).toThrow(/valueRange.*\[E_LAYER\]/);
    expect(() => l.randomColorJitter({ hueFactor: 2 })).toThrow(/hueFactor.*\[E_LAYER\]/);
  });
});

describe('tones', () => {
  it('randomInvert twice is nothing, and a random share is inverted', () => {
    const x = imagesOf([2, 3, 2, 1]);
    const layer = l.randomInvert({ factor: [1, 1] });
    expectClose(
      numbersOf(train(layer, x)),
      numbersOf(x).map((value) => 255 - value),
    );
    expectClose(numbersOf(train(layer, train(layer, x))), numbersOf(x));
    const many = numbersOf(train(l.randomInvert({ valueRange: [0, 1] }), ones([2000, 1, 1, 1]) as Tensor));
    expect(Math.abs(many.filter((value) => value === 0).length / 2000 - 0.5)).toBeLessThan(0.05);
  });

  it('solarization turns what reaches the threshold', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 5 }), (values, tenths, added) => {
        const [t, a] = [tenths / 10, added / 5];
        const layer = l.solarization({ thresholdFactor: [t, t], additionFactor: [a, a] });
        const lighter = values.map((value) => clip(value + 255 * a));
        // Whole numbers and thresholds that are none do not meet but at 0 and 255.
        const expected = lighter.map((value) => (value < 255 * t - 1e-4 ? value : 255 - value));
        expectClose(numbersOf(train(layer, pixels(values))), expected);
      }),
      { numRuns: 20 },
    );
    // The example of Keras's documentation.
    expectClose(numbersOf(train(l.solarization(), pixels([59, 62, 63]))), [196, 193, 192]);
  });

  it('randomPosterization keeps the first bits', () => {
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 8 }), (values, bits) => {
        const expected = values.map((value) => (value >> (8 - bits)) << (8 - bits));
        expectClose(numbersOf(train(l.randomPosterization(bits), pixels(values))), expected);
        const unit = pixels(values.map((value) => value / 255));
        const found = numbersOf(train(l.randomPosterization(bits, { valueRange: [0, 1] }), unit));
        expectClose(
          found.map((value) => value * 255),
          expected,
        );
      }),
      { numRuns: 20 },
    );
    expect(() => l.randomPosterization(1.5)).toThrow(/factor.*\[E_LAYER\]/);
    expect(() => l.randomPosterization(9)).toThrow(/factor.*\[E_LAYER\]/);
  });

  it('autoContrast uses the whole range once', () => {
    const x = imagesOf([2, 3, 4, 2], 100);
    const layer = l.autoContrast();
    const once = still(layer, x);
    expect([Math.min(...numbersOf(once)), Math.max(...numbersOf(once))]).toEqual([0, 255]);
    expectClose(numbersOf(still(layer, once)), numbersOf(once));
    expectClose(numbersOf(still(layer, pixels([7, 7]))), [7, 7]);
  });

  it('equalization spreads values by how many are below', () => {
    fc.assert(
      fc.property(bytes, (values) => {
        const lowest = Math.min(...values);
        const upTo = (value: number): number => values.filter((one) => one <= value).length;
        const above = values.length - upTo(lowest);
        const expected = values.map((value) => (above === 0 ? value : ((upTo(value) - upTo(lowest)) / above) * 255));
        // Rounded to whole numbers, halves either way.
        expectClose(numbersOf(still(l.equalization(), pixels(values))), expected, 0.51);
      }),
      { numRuns: 20 },
    );
    const x = imagesOf([2, 6, 6, 2]);
    const again = numbersOf(still(l.equalization({ valueRange: [0, 1] }), imagesOf([2, 6, 6, 2], 1)));
    expectClose(
      again.map((value) => value * 255),
      numbersOf(still(l.equalization(), x)),
      8,
    );
  });
});

describe('focus', () => {
  const x = imagesOf([2, 5, 6, 2]);

  it('randomGaussianBlur is gaussianBlur, for a share of images', () => {
    const layer = l.randomGaussianBlur({ factor: [1, 1], kernelSize: [3, 5], sigma: [0.8, 0.8] });
    expectClose(numbersOf(train(layer, x)), numbersOf(gaussianBlur(x, { size: [3, 5], sigma: 0.8 }) as Tensor), 0.01);
    expectClose(numbersOf(train(l.randomGaussianBlur({ factor: 0 }), x)), numbersOf(x));
    expectClose(numbersOf(train(l.randomGaussianBlur({ factor: [1, 1], sigma: 0 }), x)), numbersOf(x));
    expect(() => l.randomGaussianBlur({ kernelSize: 4 })).toThrow(/odd number.*\[E_LAYER\]/);
  });

  it('randomSharpness is smooth at 0, nothing at 0.5, and goes on as far at 1', () => {
    const values = numbersOf(x);
    const at = (image: number, y: number, column: number, channel: number): number =>
      y < 0 || y > 4 || column < 0 || column > 5 ? 0 : (values[((image * 5 + y) * 6 + column) * 2 + channel] as number);
    const smooth = values.map((value, i) => {
      const [channel, column, y, image] = [i % 2, Math.floor(i / 2) % 6, Math.floor(i / 12) % 5, Math.floor(i / 60)];
      let total = 4 * value;
      for (const dy of [-1, 0, 1]) for (const dx of [-1, 0, 1]) total += at(image, y + dy, column + dx, channel);
      return total / 13;
    });
    expectClose(numbersOf(train(l.randomSharpness([0, 0]), x)), smooth);
    expectClose(numbersOf(train(l.randomSharpness([0.5, 0.5]), x)), values);
    const sharp = values.map((value, i) => clip(2 * value - (smooth[i] as number)));
    expectClose(numbersOf(train(l.randomSharpness([1, 1]), x)), sharp);
  });
});

describe('randomErasing', () => {
  it('fills one rectangle of an image, and leaves the rest', () => {
    const x = imagesOf([20, 8, 9, 1]);
    const found = numbersOf(train(l.randomErasing({ factor: [1, 1], scale: [0.25, 0.25], fillValue: 255 }), x));
    const before = numbersOf(x);
    for (let image = 0; image < 20; image++) {
      const erased = Array.from({ length: 72 }, (_, i) => i).filter((i) => found[72 * image + i] === 255);
      const [rows, columns] = [erased.map((i) => Math.floor(i / 9)), erased.map((i) => i % 9)];
      const area = [rows, columns].map((places) => Math.max(...places) - Math.min(...places) + 1);
      expect((area[0] as number) * (area[1] as number)).toBe(erased.length);
      expect(area[0]).toBe(4);
      expect([4, 5]).toContain(area[1]);
      for (let i = 0; i < 72; i++) {
        if (!erased.includes(i)) expect(found[72 * image + i]).toBe(before[72 * image + i]);
      }
    }
  });

  it('leaves images where it does nothing, fills by channel and with noise in the range', () => {
    const x = imagesOf([4, 3, 3, 3]);
    expect(numbersOf(train(l.randomErasing({ factor: 0 }), x))).toEqual(numbersOf(x));
    const all = { factor: [1, 1], scale: [1, 1] } as const;
    const filled = numbersOf(train(l.randomErasing({ ...all, fillValue: [1, 2, 3] }), x));
    expect(filled).toEqual(filled.map((_, i) => 1 + (i % 3)));
    const noise = numbersOf(train(l.randomErasing({ ...all, valueRange: [0, 1] }), x));
    expect(noise.every((value) => value >= 0 && value <= 1)).toBe(true);
    expect(new Set(noise).size).toBeGreaterThan(10);
    expect(() => l.randomErasing({ fillValue: [1, 2] as never })).toThrow(/fillValue.*\[E_LAYER\]/);
  });
});
