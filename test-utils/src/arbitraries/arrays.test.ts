import { sizeOf, tryBroadcast } from '@deft/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyArray } from './arrays.ts';
import { anyAxes, anyAxis, anyBroadcastableShapes, anyShape } from './shapes.ts';

describe('random shapes', () => {
  it('have the given bounds, and empty and 1-sized axes and scalars among them', () => {
    fc.assert(
      fc.property(anyShape({ minRank: 1, maxRank: 3, maxDim: 2, empty: false }), (shape) => {
        expect(shape.length).toBeGreaterThanOrEqual(1);
        expect(shape.length).toBeLessThanOrEqual(3);
        for (const dim of shape) expect([1, 2]).toContain(dim);
      }),
    );
    const shapes = fc.sample(anyShape(), { numRuns: 200, seed: 1 });
    for (const rank of [0, 1, 2, 3, 4]) expect(shapes.some((shape) => shape.length === rank)).toBe(true);
    expect(shapes.some((shape) => shape.includes(0))).toBe(true);
    expect(shapes.some((shape) => shape.includes(1))).toBe(true);
  });

  it('broadcast to the shape they come with', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }).chain((count) => anyBroadcastableShapes(count)),
        ({ shape, operands }) => {
          expect(tryBroadcast(operands)).toEqual(shape);
        },
      ),
    );
  });

  it('axes are in range, each once', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }).chain((rank) => fc.tuple(fc.constant(rank), anyAxis(rank), anyAxes(rank))),
        ([rank, axis, axes]) => {
          expect(Math.abs(axis + 0.5)).toBeLessThan(rank + 0.5);
          const fromFront = axes.map((one) => (one < 0 ? one + rank : one));
          expect(new Set(fromFront).size).toBe(axes.length);
          for (const one of fromFront) expect(one >= 0 && one < rank).toBe(true);
        },
      ),
    );
  });
});

describe('random arrays', () => {
  it('are as long as their shape says', () => {
    fc.assert(
      fc.property(anyArray(), ({ shape, data }) => {
        expect(data.length).toBe(sizeOf(shape));
      }),
    );
  });

  it('hold special numbers when asked', () => {
    const arrays = fc.sample(anyArray({ dtype: 'float32', elements: 'special' }), { numRuns: 200, seed: 1 });
    const elements = arrays.flatMap(({ data }) => Array.from(data));
    for (const special of [Number.NaN, Number.POSITIVE_INFINITY, -0, 2 ** -149]) {
      expect(elements.some((element) => Object.is(element, special))).toBe(true);
    }
    const typical = fc.sample(anyArray({ dtype: 'float32' }), { numRuns: 100, seed: 1 });
    expect(typical.every(({ data }) => data.every((element) => Math.abs(element) <= 8))).toBe(true);
  });
});
