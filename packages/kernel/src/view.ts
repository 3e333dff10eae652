/**
 * Views: how a kernel's index space reads a flat buffer. An element's address is affine in the point,
 * `offset + Σ strides[axis] · i[axis]`, and a list of guards says where the point lies outside of the source (padding):
 * there the view reads `fill`. Reshape, transpose, slice, pad, broadcast, flip and windows all compose into one view; a
 * composition that cannot be expressed gives `undefined`, and the compiler materialises the source.
 */
import { type Dims, internal, sizeOf, stridesOf } from '@deft/core';

/** The point is inside where `0 ≤ offset + Σ coefficients · i < limit`. */
export interface Guard {
  readonly offset: number;
  readonly coefficients: readonly number[];
  readonly limit: number;
}

/** How the points of an index space read a flat buffer. Offsets and strides count elements. */
export interface View {
  readonly shape: Dims;
  readonly offset: number;
  readonly strides: readonly number[];
  readonly guards: readonly Guard[];
  /** Read where a guard fails. */
  readonly fill: number;
}

/** One axis of a source as an affine function of the points of another space. */
export interface AffineAxis {
  readonly offset: number;
  readonly coefficients: readonly number[];
}

/**
 * A map from the points of a new space to the points of a source space. A point that lands outside of the source reads
 * `fill`; `fill` is only looked at where that can happen.
 */
export interface IndexMap {
  readonly shape: Dims;
  /** One entry per axis of the source. */
  readonly axes: readonly AffineAxis[];
  readonly fill: number;
}

/** The view that reads a buffer of that shape in row-major order. */
export function contiguousView(shape: Dims): View {
  return { shape: [...shape], offset: 0, strides: stridesOf(shape), guards: [], fill: 0 };
}

/** Whether the view reads its buffer in order from the start, whole or as a prefix. */
export function isContiguous(view: View): boolean {
  if (view.offset !== 0 || view.guards.length > 0) return false;
  const expected = stridesOf(view.shape);
  return view.shape.every((dim, axis) => dim <= 1 || view.strides[axis] === expected[axis]);
}

/** Smallest and largest value of an affine function over a space; `undefined` for an empty space. */
export function affineRange(offset: number, coefficients: readonly number[], shape: Dims): [number, number] | undefined {
  let low = offset;
  let high = offset;
  for (let axis = 0; axis < shape.length; axis++) {
    const last = (shape[axis] as number) - 1;
    if (last < 0) return undefined;
    const reach = (coefficients[axis] as number) * last;
    if (reach < 0) low += reach;
    else high += reach;
  }
  return [low, high];
}

function substitute(offset: number, coefficients: readonly number[], map: IndexMap): { offset: number; coefficients: number[] } {
  let start = offset;
  const result = new Array<number>(map.shape.length).fill(0);
  coefficients.forEach((coefficient, axis) => {
    if (coefficient === 0) return;
    const source = map.axes[axis] as AffineAxis;
    start += coefficient * source.offset;
    source.coefficients.forEach((term, i) => {
      result[i] = (result[i] as number) + coefficient * term;
    });
  });
  return { offset: start, coefficients: result };
}

/** The affine function `offset + Σ coefficients · i` of the source's points, as a function of the new space's points. */
export function mapAffine(
  offset: number,
  coefficients: readonly number[],
  map: IndexMap,
): { readonly offset: number; readonly coefficients: readonly number[] } {
  return substitute(offset, coefficients, map);
}

/** Whether some point of the new space lands outside of a source of shape `source`. */
export function leavesSource(map: IndexMap, source: Dims): boolean {
  return map.axes.some((axis, i) => {
    const range = affineRange(axis.offset, axis.coefficients, map.shape);
    return range !== undefined && (range[0] < 0 || range[1] >= (source[i] as number));
  });
}

/** The view that reads through `map` and then through `view`; `undefined` where two different fills would be needed. */
export function composeView(view: View, map: IndexMap): View | undefined {
  if (map.axes.length !== view.shape.length) internal(`index map over ${map.axes.length} axes of ${view.shape.length}`);
  const added: Guard[] = [];
  map.axes.forEach((axis, i) => {
    const limit = view.shape[i] as number;
    const range = affineRange(axis.offset, axis.coefficients, map.shape);
    if (range && (range[0] < 0 || range[1] >= limit)) added.push({ ...axis, limit });
  });
  if (added.length > 0 && view.guards.length > 0 && !Object.is(view.fill, map.fill)) return undefined;
  const kept: Guard[] = [];
  for (const guard of view.guards) {
    const moved = substitute(guard.offset, guard.coefficients, map);
    const range = affineRange(moved.offset, moved.coefficients, map.shape);
    // Points outside the source are already caught by an added guard, so a guard that holds everywhere can go.
    if (range && (range[0] < 0 || range[1] >= guard.limit)) kept.push({ ...moved, limit: guard.limit });
  }
  const address = substitute(view.offset, view.strides, map);
  return {
    shape: [...map.shape],
    offset: address.offset,
    strides: address.coefficients,
    guards: [...kept, ...added],
    fill: added.length > 0 ? map.fill : view.fill,
  };
}

/**
 * The view of the same elements in another shape of the same size, in row-major order; `undefined` where merged axes do
 * not lie evenly in the buffer. Splitting an axis always works.
 */
export function reshapeView(view: View, shape: Dims): View | undefined {
  if (sizeOf(shape) !== sizeOf(view.shape)) internal('reshape to another size');
  if (sizeOf(shape) === 0) return { shape: [...shape], offset: 0, strides: shape.map(() => 0), guards: [], fill: 0 };
  const strides: number[] = [];
  const coefficients = view.guards.map((): number[] => []);
  // Axes are matched from the back: `remaining` old elements of the current old run against new dims.
  let old = view.shape.length - 1;
  let run = 1;
  let unit: { stride: number; guards: number[] } = { stride: 0, guards: view.guards.map(() => 0) };
  const take = (axis: number): { stride: number; guards: number[] } => ({
    stride: view.strides[axis] as number,
    guards: view.guards.map((guard) => guard.coefficients[axis] as number),
  });
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const dim = shape[axis] as number;
    if (dim === 1) {
      strides.unshift(0);
      coefficients.forEach((list) => list.unshift(0));
      continue;
    }
    while (run === 1) {
      while (view.shape[old] === 1) old--;
      run = view.shape[old] as number;
      unit = take(old--);
    }
    strides.unshift(unit.stride);
    coefficients.forEach((list, g) => list.unshift(unit.guards[g] as number));
    let need = dim;
    let step = unit;
    while (run < need) {
      // The new axis reaches over several old ones: each must continue where the one behind it ends.
      if (need % run !== 0) return undefined;
      const covered = run;
      const previous = step;
      need /= run;
      while (view.shape[old] === 1) old--;
      run = view.shape[old] as number;
      step = take(old--);
      const continues =
        step.stride === previous.stride * covered && step.guards.every((c, g) => c === (previous.guards[g] as number) * covered);
      if (!continues) return undefined;
    }
    if (run % need !== 0) return undefined;
    run /= need;
    unit = { stride: step.stride * need, guards: step.guards.map((c) => c * need) };
  }
  return {
    shape: [...shape],
    offset: view.offset,
    strides,
    guards: view.guards.map((guard, g) => ({ ...guard, coefficients: coefficients[g] as number[] })),
    fill: view.fill,
  };
}

/** The index map that reads a source of shape `source` as if broadcast to `shape`. */
export function broadcastMap(source: Dims, shape: Dims): IndexMap {
  const lead = shape.length - source.length;
  return {
    shape: [...shape],
    axes: source.map((dim, axis) => ({
      offset: 0,
      coefficients: shape.map((_, i) => (i === lead + axis && dim !== 1 ? 1 : 0)),
    })),
    fill: 0,
  };
}

/** The map that leaves every point where it is. */
export function identityMap(shape: Dims): IndexMap {
  return broadcastMap(shape, shape.map((dim) => dim));
}
