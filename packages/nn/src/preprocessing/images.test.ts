/** Images moved, mirrored and resized: whole pixels exactly, each image by itself, wherever the channels stand. */
import type { Tensor } from '@deft/core';
import {
  flip,
  gather,
  key,
  perspectiveTransform,
  randomUniform,
  resize,
  rot90,
  slice,
  tensor,
  transform,
  transpose,
} from '@deft/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Layer } from '../index.ts';
import * as l from '../index.ts';
import { toRectangle } from './random-perspective.ts';

const train = (layer: Layer, x: Tensor, seed = 1): Tensor =>
  layer.apply({}, {}, x, { training: true, key: key(seed) }).output;
const still = (layer: Layer, x: Tensor): Tensor => layer.apply({}, {}, x, { training: false }).output;
const numbersOf = (t: Tensor): number[] => [...(t.dataSync() as unknown as Float32Array)];
const imagesOf = (shape: readonly number[], seed = 7): Tensor =>
  randomUniform([...shape], { key: key(seed), maximum: 255 }) as Tensor;

function expectClose(found: Tensor, expected: Tensor, tolerance = 1e-3): void {
  expect(found.shape).toEqual(expected.shape);
  const values = numbersOf(expected);
  numbersOf(found).forEach((value, i) => {
    expect(Math.abs(value - (values[i] as number))).toBeLessThan(tolerance);
  });
}

/** Pixels of one channel `[height][width]` as a batch of one image. */
const image = (rows: readonly (readonly number[])[]): Tensor =>
  tensor([rows.map((row) => row.map((value) => [value]))]) as Tensor;
const rowsOf = (t: Tensor): number[][] =>
  (t.toArray() as number[][][][])[0]?.map((row) => row.map(([v]) => v as number)) ?? [];
const one = (x: Tensor, i: number): Tensor => gather(x, tensor([i], { dtype: 'int32' }), { axis: 0 }) as Tensor;

const valueRange = [0, 255] as const;
const randomLayers: readonly ((dataFormat: l.DataFormat) => Layer)[] = [
  (dataFormat) => l.randomFlip('horizontalAndVertical', { dataFormat }),
  (dataFormat) => l.randomTranslation(0.3, 0.3, { dataFormat }),
  (dataFormat) => l.randomRotation(0.2, { dataFormat }),
  (dataFormat) => l.randomZoom(0.3, { dataFormat }),
  (dataFormat) => l.randomShear({ xFactor: 0.3, yFactor: 0.1, dataFormat }),
  (dataFormat) => l.randomPerspective({ factor: [1, 1], scale: 0.4, dataFormat }),
  (dataFormat) => l.randomCrop(3, 2, { dataFormat }),
  (dataFormat) => l.randomBrightness(0.3, { dataFormat }),
  (dataFormat) => l.randomContrast(0.3, { dataFormat }),
  (dataFormat) => l.randomHue(0.3, { dataFormat }),
  (dataFormat) => l.randomSaturation(0.8, { dataFormat }),
  (dataFormat) => l.randomColorDegeneration(0.8, { dataFormat }),
  (dataFormat) => l.randomGrayscale({ dataFormat }),
  (dataFormat) => l.randomColorJitter({ brightnessFactor: 0.1, hueFactor: 0.2, dataFormat, valueRange }),
  (dataFormat) => l.randomInvert({ dataFormat }),
  (dataFormat) => l.solarization({ thresholdFactor: 1, dataFormat }),
  (dataFormat) => l.randomPosterization([1, 8], { dataFormat }),
  (dataFormat) => l.randomGaussianBlur({ dataFormat }),
  (dataFormat) => l.randomSharpness(1, { dataFormat }),
  (dataFormat) => l.randomErasing({ fillValue: 1, dataFormat }),
];

describe('random layers for images', () => {
  const named = randomLayers.map((make) => [make('channelsLast').kind, make] as const);

  it.each(named)('%s treats each image by itself, and not all in one way', (kind, make) => {
    const layer = make('channelsLast');
    const [x, other] = [imagesOf([6, 5, 4, 3]), imagesOf([6, 5, 4, 3], 8)];
    const whole = train(layer, x);
    const mixed = train(
      layer,
      tensor([...(x.toArray() as number[][]).slice(0, 3), ...(other.toArray() as number[][]).slice(3)]) as Tensor,
    );
    for (const i of [0, 1, 2]) expect(numbersOf(one(mixed, i)), kind).toEqual(numbersOf(one(whole, i)));
    const same = train(layer, gather(x, tensor([0, 0, 0, 0, 0, 0], { dtype: 'int32' }), { axis: 0 }) as Tensor);
    expect(new Set([0, 1, 2, 3, 4, 5].map((i) => String(numbersOf(one(same, i))))).size).toBeGreaterThan(1);
  });

  it.each(named)('%s is the same wherever the channels stand', (_, make) => {
    const x = imagesOf([4, 5, 4, 3]);
    const first = train(make('channelsFirst'), transpose(x, [0, 3, 1, 2]) as Tensor);
    expectClose(transpose(first, [0, 2, 3, 1]) as Tensor, train(make('channelsLast'), x));
  });

  it.each(named)('%s changes nothing outside of training but the size, and needs a key in it', (kind, make) => {
    const layer = make('channelsLast');
    const x = imagesOf([2, 5, 4, 3]);
    if (kind === 'randomCrop') expect(still(layer, x).shape).toEqual([2, 3, 2, 3]);
    else expect(still(layer, x)).toBe(x);
    expect(() => layer.apply({}, {}, x, { training: true })).toThrow(/a key in training.*\[E_LAYER\]/);
    expect(() => layer.outputShape([5, 4])).toThrow(/images of shape \[height, width, channels\].*\[E_LAYER\]/);
    expect(numbersOf(train(layer, x, 2))).toEqual(numbersOf(train(layer, x, 2)));
  });

  it.each(named)('%s takes whole numbers, and gives floats in training and outside', (_, make) => {
    const layer = make('channelsLast');
    const bytes = tensor(
      Uint8Array.from({ length: 2 * 5 * 4 * 3 }, (__, i) => (i * 37) % 256),
      {
        shape: [2, 5, 4, 3],
      },
    ) as Tensor;
    expect([train(layer, bytes).dtype, still(layer, bytes).dtype]).toEqual(['float32', 'float32']);
  });
});

describe('randomFlip', () => {
  it('twice is nothing, and gives the four sides equally often', () => {
    const x = imagesOf([400, 2, 3, 1]);
    const layer = l.randomFlip();
    const once = train(layer, x);
    expect(numbersOf(train(layer, once))).toEqual(numbersOf(x));
    const sides = [x, flip(x, 1), flip(x, 2), flip(x, [1, 2])].map((side) => numbersOf(side as Tensor));
    const counts = [0, 0, 0, 0];
    const found = numbersOf(once);
    for (let i = 0; i < 400; i++) {
      const part = String(found.slice(6 * i, 6 * i + 6));
      const side = sides.findIndex((values) => String(values.slice(6 * i, 6 * i + 6)) === part);
      expect(side).not.toBe(-1);
      counts[side] = (counts[side] as number) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 100)).toBeLessThan(40);
  });

  it('flips the sides it is told', () => {
    const x = imagesOf([40, 2, 3, 1]);
    for (const [mode, axis] of [
      ['horizontal', 2],
      ['vertical', 1],
    ] as const) {
      const flipped = flip(x, axis) as Tensor;
      const found = train(l.randomFlip(mode), x);
      for (let i = 0; i < 40; i++) {
        const part = String(numbersOf(one(found, i)));
        expect([String(numbersOf(one(x, i))), String(numbersOf(one(flipped, i)))]).toContain(part);
      }
    }
    expect(() => l.randomFlip('both' as never)).toThrow(/mode.*\[E_LAYER\]/);
  });
});

describe('moving and turning', () => {
  it('quarter turns are those of rot90, and a whole turn is nothing', () => {
    const x = imagesOf([2, 4, 4, 3]);
    for (const quarters of [-2, -1, 0, 1, 2, 3, 4]) {
      const layer = l.randomRotation([quarters / 4, quarters / 4], { fillMode: 'nearest' });
      expectClose(train(layer, x), rot90(x, quarters, [1, 2]) as Tensor, 0.01);
    }
  });

  it('translations by whole pixels are shifts', () => {
    const pixel = (rows: number[][], y: number, x: number, mode: string): number => {
      const onto = (place: number, size: number): number => {
        if (mode === 'nearest') return Math.min(Math.max(place, 0), size - 1);
        const turn = ((place % (2 * size)) + 2 * size) % (2 * size);
        return turn < size ? turn : 2 * size - 1 - turn;
      };
      const isInside = y >= 0 && y < 4 && x >= 0 && x < 5;
      return mode === 'constant' && !isInside ? -7 : (rows[onto(y, 4)]?.[onto(x, 5)] as number);
    };
    const rows = rowsOf(imagesOf([1, 4, 5, 1]));
    fc.assert(
      fc.property(
        fc.integer({ min: -4, max: 4 }),
        fc.integer({ min: -5, max: 5 }),
        fc.constantFrom('constant' as const, 'nearest' as const, 'reflect' as const),
        (down, right, fillMode) => {
          const layer = l.randomTranslation([down / 4, down / 4], [right / 5, right / 5], { fillMode, fillValue: -7 });
          const expected = rows.map((row, y) => row.map((_, x) => pixel(rows, y - down, x - right, fillMode)));
          expectClose(train(layer, image(rows)), image(expected), 0.01);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('zooming out to half the size takes every other pixel', () => {
    const rows = rowsOf(imagesOf([1, 5, 5, 1]));
    const expected = rows.map((row, y) =>
      row.map((_, x) => (y % 4 === 0 || x % 4 === 0 ? 0 : (rows[2 * y - 2]?.[2 * x - 2] as number))),
    );
    expectClose(train(l.randomZoom([1, 1], { fillMode: 'constant' }), image(rows)), image(expected));
    const wide = train(l.randomZoom([0, 0], { widthFactor: [1, 1], fillMode: 'constant' }), image(rows));
    const columns = rows.map((row) => row.map((_, x) => (x % 4 === 0 ? 0 : (row[2 * x - 2] as number))));
    expectClose(wide, image(columns));
  });

  it('shears rows by their number, to one side or the other', () => {
    const rows = [
      [1, 2, 3],
      [4, 5, 6],
      [7, 8, 9],
    ];
    const layer = l.randomShear({ xFactor: [1, 1], fillMode: 'constant' });
    const sheared = Array.from({ length: 8 }, (_, seed) => JSON.stringify(rowsOf(train(layer, image(rows), seed))));
    expect(new Set(sheared)).toEqual(
      new Set([
        JSON.stringify([
          [1, 2, 3],
          [5, 6, 0],
          [9, 0, 0],
        ]),
        JSON.stringify([
          [1, 2, 3],
          [0, 4, 5],
          [0, 0, 7],
        ]),
      ]),
    );
  });

  it('brings points to the corners as perspectiveTransform does', () => {
    const x = imagesOf([1, 5, 7, 2]);
    const corners = [
      [0, 0],
      [6, 0],
      [0, 4],
      [6, 4],
    ] as const;
    for (const ends of [
      corners,
      [
        [1, 0.5],
        [5, -1],
        [0, 4],
        [6, 3],
      ],
      [
        [0, 0],
        [4, 0],
        [0, 5],
        [7, 5],
      ],
    ] as const) {
      const points = ends.map((point) => point.map((value) => tensor([value])));
      const rows = toRectangle(points as unknown as Parameters<typeof toRectangle>[0], 6, 4);
      const found = transform(x, rows, { interpolation: 'bilinear' }) as Tensor;
      expectClose(found, perspectiveTransform(x, corners, ends) as Tensor, 0.05);
    }
    expectClose(train(l.randomPerspective({ factor: [1, 1], scale: 0 }), x), x, 0.01);
    expect(numbersOf(train(l.randomPerspective({ factor: 0 }), x))).toEqual(numbersOf(x));
    expect(() => l.randomPerspective({ scale: 2 })).toThrow(/scale.*\[E_LAYER\]/);
  });

  it('draws evenly between the bounds', () => {
    // A ramp tells how far it was moved.
    const ramp = tensor(
      Float32Array.from({ length: 2000 * 9 }, (_, i) => i % 9),
      { shape: [2000, 1, 9, 1] },
    ) as Tensor;
    const found = train(l.randomTranslation(0, [-0.1, 0.3], { fillMode: 'nearest' }), ramp);
    const moved = numbersOf(slice(found, [0, 0, 4, 0], [2000, 1, 1, 1]) as Tensor).map((value) => (4 - value) / 9);
    expect(Math.min(...moved)).toBeGreaterThanOrEqual(-0.1001);
    expect(Math.max(...moved)).toBeLessThanOrEqual(0.3001);
    expect(moved.reduce((a, b) => a + b, 0) / 2000).toBeCloseTo(0.1, 2);
  });

  it.each([
    [() => l.randomRotation(2), /factor: expected a number or two, from -1 to 1/],
    [() => l.randomTranslation(0.1, [0, 2] as never), /widthFactor/],
    [() => l.randomZoom('no' as never), /heightFactor/],
    [() => l.randomShear({ xFactor: Number.NaN }), /xFactor/],
    [() => l.randomRotation(0.1, { fillMode: 'mirror' as never }), /fillMode/],
    [() => l.randomRotation(0.1, { interpolation: 'bicubic' as never }), /interpolation/],
    [() => l.randomCrop(0, 3), /height/],
    [() => l.resizing(2, 2, { cropToAspectRatio: true, padToAspectRatio: true }), /padToAspectRatio/],
  ])('refuses bad options: %s', (make, says) => {
    expect(make).toThrow(says);
  });
});

describe('resizing', () => {
  it('is resize, in every interpolation', () => {
    const x = imagesOf([2, 5, 6, 3]);
    for (const interpolation of ['nearest', 'bilinear', 'bicubic', 'lanczos3', 'lanczos5'] as const) {
      const antialias = interpolation !== 'nearest';
      const found = still(l.resizing(3, 8, { interpolation, antialias }), x);
      expectClose(found, resize(x, [3, 8], { interpolation, antialias }) as Tensor);
    }
  });

  it('crops and pads to the form first', () => {
    const x = imagesOf([1, 4, 7, 2]);
    const cropped = slice(x, [0, 0, 1, 0], [1, 4, 4, 2]) as Tensor;
    expectClose(still(l.resizing(2, 2, { cropToAspectRatio: true }), x), resize(cropped, [2, 2]) as Tensor);
    expectClose(still(l.resizing(4, 4, { cropToAspectRatio: true }), x), cropped);
    const padded = still(l.resizing(7, 7, { padToAspectRatio: true, fillValue: 3 }), x);
    expectClose(slice(padded, [0, 1, 0, 0], [1, 4, 7, 2]) as Tensor, x);
    for (const row of [0, 5, 6]) {
      expect(new Set(numbersOf(slice(padded, [0, row, 0, 0], [1, 1, 7, 2]) as Tensor))).toEqual(new Set([3]));
    }
  });
});

describe('cropping', () => {
  it('takes the middle, or enlarges the largest part of the form', () => {
    const x = imagesOf([2, 6, 5, 1]);
    expectClose(still(l.centerCrop(3, 2), x), slice(x, [0, 1, 1, 0], [2, 3, 2, 1]) as Tensor);
    const part = slice(x, [0, 2, 0, 0], [2, 2, 5, 1]) as Tensor;
    expectClose(still(l.centerCrop(4, 10), x), resize(part, [4, 10]) as Tensor);
    expectClose(still(l.randomCrop(4, 10), x), resize(part, [4, 10]) as Tensor);
    expectClose(train(l.randomCrop(4, 10), x), resize(part, [4, 10]) as Tensor);
  });

  it('takes every window, equally often', () => {
    const rows = [
      [0, 1, 2, 3],
      [4, 5, 6, 7],
      [8, 9, 10, 11],
    ];
    const x = gather(image(rows), tensor(new Int32Array(600)), { axis: 0 }) as Tensor;
    const found = numbersOf(train(l.randomCrop(2, 2), x));
    const counts = new Map<number, number>();
    for (let i = 0; i < 600; i++) {
      const [corner, ...rest] = found.slice(4 * i, 4 * i + 4) as [number, number, number, number];
      expect(rest).toEqual([corner + 1, corner + 4, corner + 5]);
      counts.set(corner, (counts.get(corner) ?? 0) + 1);
    }
    expect([...counts.keys()].sort((a, b) => a - b)).toEqual([0, 1, 2, 4, 5, 6]);
    for (const count of counts.values()) expect(Math.abs(count - 100)).toBeLessThan(40);
  });
});
