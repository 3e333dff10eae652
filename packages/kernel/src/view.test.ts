import { type Dims, sizeOf } from '@deft/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  affineRange,
  broadcastMap,
  composeView,
  contiguousView,
  type IndexMap,
  identityMap,
  isContiguous,
  leavesSource,
  mapAffine,
  reshapeView,
  type View,
} from './view.ts';
import { affineAt, readWholeView } from './view-reading.ts';

interface Plain {
  readonly shape: Dims;
  readonly data: Float64Array;
}

type Step = { readonly kind: 'map'; readonly map: IndexMap } | { readonly kind: 'reshape'; readonly shape: Dims };

function pointsOf(shape: Dims): number[][] {
  return shape.reduce<number[][]>(
    (points, dim) => points.flatMap((point) => Array.from({ length: dim }, (_, i) => [...point, i])),
    [[]],
  );
}

/** What a map means: every point looked up on its own. */
function applyMap(source: Plain, map: IndexMap): Plain {
  const data = pointsOf(map.shape).map((point) => {
    let flat = 0;
    for (let axis = 0; axis < source.shape.length; axis++) {
      const dim = source.shape[axis] as number;
      const part = map.axes[axis] as IndexMap['axes'][number];
      const index = affineAt(part.offset, part.coefficients, point);
      if (index < 0 || index >= dim) return map.fill;
      flat = flat * dim + index;
    }
    return source.data[flat] as number;
  });
  return { shape: map.shape, data: Float64Array.from(data) };
}

function shown(view: View, buffer: Float64Array): Plain {
  const data = new Float64Array(sizeOf(view.shape));
  readWholeView(view, buffer, data);
  return { shape: view.shape, data };
}

const unit = (axis: number, rank: number, scale = 1): number[] =>
  Array.from({ length: rank }, (_, i) => (i === axis ? scale : 0));

/** One step that fits a source of that shape. */
function step(shape: Dims): fc.Arbitrary<Step> {
  const rank = shape.length;
  const map = (arbitrary: fc.Arbitrary<IndexMap>): fc.Arbitrary<Step> =>
    arbitrary.map((value) => ({ kind: 'map', map: value }) as const);
  const permute = fc.shuffledSubarray([...shape.keys()], { minLength: rank, maxLength: rank }).map(
    (order): IndexMap => ({
      shape: order.map((axis) => shape[axis] as number),
      axes: shape.map((_, axis) => ({ offset: 0, coefficients: unit(order.indexOf(axis), rank) })),
      fill: 0,
    }),
  );
  // Slices with steps of either sign; with `outside`, also windows that reach over the edges (padding).
  const slice = (outside: number): fc.Arbitrary<IndexMap> =>
    fc
      .tuple(
        fc.tuple(
          ...shape.map((dim) => {
            if (dim === 0 && outside === 0) return fc.constant({ start: 0, by: 1, length: 0 });
            return fc
              .record({
                start: fc.integer({ min: -outside, max: Math.max(dim - 1 + outside, -outside) }),
                by: fc.integer({ min: -2, max: 2 }).filter((by) => by !== 0),
                length: fc.integer({ min: 0, max: 5 }),
              })
              .map(({ start, by, length }) => {
                let fits = 0;
                while (outside > 0 ? fits < length : fits < length && inside(start + by * fits, dim)) fits++;
                return { start, by, length: fits };
              });
          }),
        ),
        fc.constantFrom(0, -1, Number.NEGATIVE_INFINITY),
      )
      .map(([parts, fill]) => ({
        shape: parts.map((part) => part.length),
        axes: parts.map((part, axis) => ({ offset: part.start, coefficients: unit(axis, rank, part.by) })),
        fill,
      }));
  const broadcast = fc
    .tuple(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 2 }), fc.array(fc.integer({ min: 0, max: 3 })))
    .map(([lead, sizes]) =>
      broadcastMap(shape, [...lead, ...shape.map((dim, i) => (dim === 1 ? (sizes[i] ?? 1) : dim))]),
    );
  const steps: fc.Arbitrary<Step>[] = [map(permute), map(slice(0)), map(slice(2)), map(broadcast)];
  if (rank > 0) {
    // Windows: one axis becomes two, position and offset within the window.
    const window = fc
      .record({
        axis: fc.integer({ min: 0, max: rank - 1 }),
        kernel: fc.integer({ min: 1, max: 3 }),
        stride: fc.integer({ min: 1, max: 2 }),
        dilation: fc.integer({ min: 1, max: 2 }),
        before: fc.integer({ min: 0, max: 2 }),
        places: fc.integer({ min: 0, max: 3 }),
      })
      .map(
        ({ axis, kernel, stride, dilation, before, places }): IndexMap => ({
          shape: [...shape.slice(0, axis), places, kernel, ...shape.slice(axis + 1)],
          axes: shape.map((_, i) => {
            if (i !== axis) return { offset: 0, coefficients: unit(i < axis ? i : i + 1, rank + 1) };
            const coefficients = unit(axis, rank + 1, stride);
            coefficients[axis + 1] = dilation;
            return { offset: -before, coefficients };
          }),
          fill: 0,
        }),
      );
    steps.push(map(window));
  }
  steps.push(reshapeOf(shape).map((to) => ({ kind: 'reshape', shape: to })));
  return fc.oneof(...steps);
}

const inside = (index: number, dim: number): boolean => index >= 0 && index < dim;

/** Shapes of the same size. */
function reshapeOf(shape: Dims): fc.Arbitrary<Dims> {
  const size = sizeOf(shape);
  if (size === 0)
    return fc.shuffledSubarray([0, 1, 2, 3], { minLength: 1 }).map((dims) => (dims.includes(0) ? dims : [0]));
  const factors: number[] = [];
  for (let rest = size, p = 2; rest > 1; ) {
    if (rest % p === 0) {
      factors.push(p);
      rest /= p;
    } else p++;
  }
  return fc
    .tuple(
      fc.shuffledSubarray(factors, { minLength: factors.length }),
      fc.array(fc.boolean(), { minLength: factors.length, maxLength: factors.length }),
      fc.array(fc.nat({ max: factors.length }), { maxLength: 2 }),
    )
    .map(([order, joins, ones]) => {
      const dims: number[] = [];
      order.forEach((factor, i) => {
        if (joins[i] && dims.length > 0) dims[dims.length - 1] = (dims.at(-1) as number) * factor;
        else dims.push(factor);
      });
      for (const at of ones) dims.splice(at, 0, 1);
      return dims;
    });
}

const startShape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 });
const small = (shape: Dims): boolean => sizeOf(shape) <= 600 && shape.length <= 6;

interface Chain {
  readonly start: Dims;
  readonly steps: readonly Step[];
}

/** Chains of steps, each fitting what the one before gives. */
const chain: fc.Arbitrary<Chain> = startShape.chain((start) => {
  const grow = (shape: Dims, left: number): fc.Arbitrary<Step[]> =>
    left === 0
      ? fc.constant([])
      : step(shape).chain((next) => {
          const result = next.kind === 'map' ? next.map.shape : next.shape;
          return small(result) ? grow(result, left - 1).map((rest) => [next, ...rest]) : fc.constant([]);
        });
  return fc.integer({ min: 1, max: 6 }).chain((length) => grow(start, length).map((steps) => ({ start, steps })));
});

describe('view algebra', () => {
  it('shows what the maps of a chain show one by one', () => {
    fc.assert(
      fc.property(chain, ({ start, steps }) => {
        let plain: Plain = { shape: start, data: Float64Array.from({ length: sizeOf(start) }, (_, i) => i + 1) };
        let buffer = plain.data;
        let view = contiguousView(start);
        for (const next of steps) {
          const composed = next.kind === 'map' ? composeView(view, next.map) : reshapeView(view, next.shape);
          plain = next.kind === 'map' ? applyMap(plain, next.map) : { shape: next.shape, data: plain.data };
          if (composed === undefined) {
            // What cannot be expressed is materialised, as the compiler does.
            buffer = plain.data;
            view = contiguousView(plain.shape);
          } else {
            view = composed;
          }
          expect(view.strides).toHaveLength(view.shape.length);
          for (const guard of view.guards) expect(guard.coefficients).toHaveLength(view.shape.length);
          expect(shown(view, buffer)).toEqual(plain);
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('always reshapes a contiguous view, and stays contiguous', () => {
    fc.assert(
      fc.property(
        startShape.chain((shape) => fc.tuple(fc.constant(shape), reshapeOf(shape))),
        ([shape, to]) => {
          const view = reshapeView(contiguousView(shape), to);
          expect(view).toBeDefined();
          expect(isContiguous(view as View)).toBe(true);
        },
      ),
    );
  });

  it('always splits an axis and merges it again', () => {
    fc.assert(
      fc.property(chain, fc.integer({ min: 1, max: 3 }), fc.nat(), ({ start, steps }, factor, pick) => {
        let view = contiguousView(start);
        for (const next of steps) {
          view = (next.kind === 'map' ? composeView(view, next.map) : reshapeView(view, next.shape)) ?? view;
          const result = next.kind === 'map' ? next.map.shape : next.shape;
          if (result !== view.shape && String(result) !== String(view.shape)) return;
        }
        const axis = view.shape.length === 0 ? -1 : pick % view.shape.length;
        const dim = view.shape[axis];
        if (dim === undefined || dim % factor !== 0) return;
        const split = reshapeView(view, [
          ...view.shape.slice(0, axis),
          dim / factor,
          factor,
          ...view.shape.slice(axis + 1),
        ]);
        expect(split).toBeDefined();
        const merged = reshapeView(split as View, view.shape);
        expect(merged).toBeDefined();
      }),
    );
  });

  it('reads in order exactly where it says so', () => {
    fc.assert(
      fc.property(chain, ({ start, steps }) => {
        const data = Float64Array.from({ length: sizeOf(start) }, (_, i) => i + 1);
        let view: View | undefined = contiguousView(start);
        for (const next of steps) {
          view = view && (next.kind === 'map' ? composeView(view, next.map) : reshapeView(view, next.shape));
        }
        if (!view) return;
        const { data: seen } = shown(view, data);
        const inOrder = seen.every((value, i) => value === data[i]);
        if (isContiguous(view)) expect(inOrder).toBe(true);
        else if (view.guards.length === 0 && view.offset === 0) expect(inOrder).toBe(false);
      }),
    );
  });

  it('composes through the identity without a change', () => {
    fc.assert(
      fc.property(startShape, (shape) => {
        const view = composeView(contiguousView(shape), identityMap(shape));
        expect(view?.guards).toEqual([]);
        expect(isContiguous(view as View)).toBe(true);
        expect(leavesSource(identityMap(shape), shape)).toBe(false);
      }),
    );
  });
});

describe('affine functions', () => {
  it('have the range that their values span', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -5, max: 5 }),
        fc.array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: 0, max: 4 })), { maxLength: 3 }),
        (offset, axes) => {
          const coefficients = axes.map(([coefficient]) => coefficient);
          const shape = axes.map(([, dim]) => dim);
          const values = pointsOf(shape).map((point) => affineAt(offset, coefficients, point));
          const range = affineRange(offset, coefficients, shape);
          expect(range).toEqual(values.length === 0 ? undefined : [Math.min(...values), Math.max(...values)]);
        },
      ),
    );
  });

  it('follow a map by substitution', () => {
    fc.assert(
      fc.property(chain, ({ start, steps }) => {
        const first = steps[0];
        if (first?.kind !== 'map') return;
        const { map } = first;
        const coefficients = start.map((_, axis) => axis + 2);
        const moved = mapAffine(7, coefficients, map);
        for (const point of pointsOf(map.shape)) {
          const target = map.axes.map((axis) => affineAt(axis.offset, axis.coefficients, point));
          expect(affineAt(moved.offset, moved.coefficients, point)).toBe(affineAt(7, coefficients, target));
        }
      }),
    );
  });
});
