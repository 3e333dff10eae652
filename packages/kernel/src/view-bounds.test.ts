import { sizeOf } from '@deft/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { View } from './view.ts';
import { addressBounds, passes, readsOutside } from './view-bounds.ts';
import { affineAt, pointAt } from './view-reading.ts';

const view: fc.Arbitrary<View> = fc.array(fc.nat({ max: 4 }), { maxLength: 3 }).chain((shape) => {
  const coefficients = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: shape.length, maxLength: shape.length });
  const offset = fc.integer({ min: -4, max: 8 });
  const guard = fc.record({ offset, coefficients, limit: fc.nat({ max: 8 }) });
  return fc.record({
    shape: fc.constant(shape),
    offset,
    strides: coefficients,
    guards: fc.array(guard, { maxLength: 2 }),
    fill: fc.constant(0),
  });
});

/** Views whose address follows the value of a guard, as windows do. */
const windowView: fc.Arbitrary<View> = fc.tuple(view, fc.integer({ min: -2, max: 2 })).map(([base, ratio]) => ({
  ...base,
  strides: base.guards[0] ? base.guards[0].coefficients.map((term) => term * ratio) : base.strides,
}));

function reached({ shape, offset, strides, guards }: View): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, i) => pointAt(shape, i))
    .filter((point) => passes(guards, point))
    .map((point) => affineAt(offset, strides, point));
}

it('tells exactly which views leave a buffer', () => {
  fc.assert(
    fc.property(fc.oneof(view, windowView), fc.nat({ max: 20 }), (each, length) => {
      const outside = reached(each).some((address) => address < 0 || address >= length);
      expect(readsOutside(each, length)).toBe(outside);
    }),
    { numRuns: 3000 },
  );
});

it('bounds every address that is reached, exactly where guards concern one axis', () => {
  fc.assert(
    fc.property(fc.oneof(view, windowView), (each) => {
      const addresses = reached(each);
      const bounds = addressBounds(each);
      if (addresses.length === 0) return;
      expect(bounds?.[0]).toBeLessThanOrEqual(Math.min(...addresses));
      expect(bounds?.[1]).toBeGreaterThanOrEqual(Math.max(...addresses));
      const alone = each.guards.every((guard) => guard.coefficients.filter((term) => term !== 0).length <= 1);
      if (alone) expect(bounds).toEqual([Math.min(...addresses) + 0, Math.max(...addresses) + 0]);
    }),
    { numRuns: 3000 },
  );
});
