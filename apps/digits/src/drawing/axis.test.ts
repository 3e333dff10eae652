/** Where values lie on an axis and which are marked. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeAxis, type Scale } from './axis.ts';

const labels = (values: number[], scale: Scale, ticks: number): string[] =>
  makeAxis(values, { scale, ticks, roundEnds: true }).ticks.map((tick) => tick.label);

describe('makeAxis', () => {
  test('linear ticks are round numbers', () => {
    expect(labels([3, 98], 'linear', 5)).toEqual(['0', '20', '40', '60', '80', '100']);
    expect(labels([0.02, 2.31], 'linear', 5)).toEqual(['0.0', '0.5', '1.0', '1.5', '2.0', '2.5']);
    expect(labels([-1, 1], 'linear', 4)).toEqual(['-1.0', '-0.5', '0.0', '0.5', '1.0']);
    expect(labels([0, 12_000], 'linear', 3)).toEqual(['0', '5,000', '10,000', '15,000']);
    expect(labels([-3e28, 2e29], 'linear', 3)).toEqual(['-1e+29', '0', '1e+29', '2e+29']);
    expect(labels([0.99999, 1.00001], 'linear', 2)).toEqual(['0.99999', '1.00000', '1.00001']);
  });

  test('logarithmic ticks are 1, 2 and 5 of each decade, or powers of ten where there are many', () => {
    expect(labels([0.03, 2.4], 'logarithmic', 6)).toEqual(['0.02', '0.05', '0.1', '0.2', '0.5', '1', '2', '5']);
    expect(labels([1e-6, 30], 'logarithmic', 4)).toEqual(['1e-6', '0.0001', '0.01', '1']);
  });

  test('ends stay at the extreme values when asked', () => {
    const axis = makeAxis([7, 375], { scale: 'linear', ticks: 4, roundEnds: false });
    expect([axis.low, axis.high]).toEqual([7, 375]);
    expect(axis.ticks.map((tick) => tick.value)).toEqual([100, 200, 300]);
  });

  test('nothing to show still gives an axis', () => {
    for (const scale of ['linear', 'logarithmic'] as const) {
      const axis = makeAxis([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], {
        scale,
        ticks: 4,
        roundEnds: true,
      });
      expect(axis.high).toBeGreaterThan(axis.low);
      expect(axis.place(Number.NaN)).toBeNaN();
    }
    expect(makeAxis([1, 2], { scale: 'logarithmic', ticks: 4, roundEnds: true }).place(0)).toBeNaN();
  });

  test('neighbouring values of one logarithm lie on the axis', () => {
    const axis = makeAxis([1e-30, 1.0000000000000003e-30], { scale: 'logarithmic', ticks: 1, roundEnds: false });
    expect(axis.place(1e-30)).toBeGreaterThanOrEqual(0);
    expect(axis.place(1.0000000000000003e-30)).toBeLessThanOrEqual(1);
  });

  test('every value lies between 0 and 1, in order, and every tick too', () => {
    const values = fc.array(fc.double({ min: 1e-30, max: 1e30, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        values,
        fc.constantFrom('linear', 'logarithmic'),
        fc.integer({ min: 1, max: 12 }),
        fc.boolean(),
        (all, scale, ticks, roundEnds) => {
          const axis = makeAxis(all, { scale, ticks, roundEnds });
          const places = [...all].sort((a, b) => a - b).map((value) => axis.place(value));
          const marks = axis.ticks.map((tick) => axis.place(tick.value));
          for (const place of [...places, ...marks]) {
            expect(place).toBeGreaterThanOrEqual(-1e-6);
            expect(place).toBeLessThanOrEqual(1 + 1e-6);
          }
          for (const [index, place] of places.entries()) {
            expect(place).toBeGreaterThanOrEqual((places[index - 1] ?? place) - 1e-12);
          }
          expect(marks.length).toBeLessThan(40);
        },
      ),
    );
  });
});
