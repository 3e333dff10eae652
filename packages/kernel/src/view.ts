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

/** Whether the view reads its buffer in order from the start, whole or as a prefix; an empty view always does. */
export function isContiguous(view: View): boolean {
  if (view.shape.includes(0)) return true;
  if (view.offset !== 0 || view.guards.length > 0) return false;
  const expected = stridesOf(view.shape);
  return view.shape.every((dim, axis) => dim <= 1 || view.strides[axis] === expected[axis]);
}

/** Smallest and largest value of an affine function over a space; `undefined` for an empty space. */
export function affineRange(
  offset: number,
  coefficients: readonly number[],
  shape: Dims,
): [number, number] | undefined {
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

function substitute(
  offset: number,
  coefficients: readonly number[],
  map: IndexMap,
): { offset: number; coefficients: number[] } {
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
  const kept: Guard[] = [];
  for (const guard of view.guards) {
    const moved = substitute(guard.offset, guard.coefficients, map);
    const range = affineRange(moved.offset, moved.coefficients, map.shape);
    // Points outside the source are already caught by an added guard, so a guard that holds everywhere can go.
    if (range && (range[0] < 0 || range[1] >= guard.limit)) kept.push({ ...moved, limit: guard.limit });
  }
  if (added.length > 0 && kept.length > 0 && !Object.is(view.fill, map.fill)) return undefined;
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
  const runs = evenRuns(view);
  const strides: number[] = [];
  const coefficients = view.guards.map((): number[] => []);
  const unshift = (stride: number, terms: readonly number[]): void => {
    strides.unshift(stride);
    coefficients.forEach((list, g) => {
      list.unshift(terms[g] as number);
    });
  };
  let run: Run = { size: 1, stride: 0, terms: [] };
  // From the back: every new axis takes its part of the current run; one that would reach beyond it cannot be expressed.
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const dim = shape[axis] as number;
    if (dim === 1) {
      unshift(
        0,
        view.guards.map(() => 0),
      );
      continue;
    }
    if (run.size === 1) run = runs.pop() as Run;
    if (run.size % dim !== 0) return undefined;
    unshift(run.stride, run.terms);
    run = { size: run.size / dim, stride: run.stride * dim, terms: run.terms.map((term) => term * dim) };
  }
  return {
    shape: [...shape],
    offset: view.offset,
    strides,
    guards: view.guards.map((guard, g) => ({ ...guard, coefficients: coefficients[g] as number[] })),
    fill: view.fill,
  };
}

/** Neighbouring axes that step through the buffer, and through every guard, as one axis would. */
interface Run {
  readonly size: number;
  readonly stride: number;
  /** The coefficient in each guard. */
  readonly terms: readonly number[];
}

/** The axes of a view that is not empty, merged where that makes no difference; axes of size 1 are dropped. */
function evenRuns(view: View): Run[] {
  const runs: Run[] = [];
  view.shape.forEach((size, axis) => {
    if (size === 1) return;
    const stride = view.strides[axis] as number;
    const terms = view.guards.map((guard) => guard.coefficients[axis] as number);
    const before = runs.at(-1);
    if (
      before &&
      before.stride === stride * size &&
      before.terms.every((term, g) => term === (terms[g] as number) * size)
    ) {
      runs[runs.length - 1] = { size: before.size * size, stride, terms };
    } else {
      runs.push({ size, stride, terms });
    }
  });
  return runs;
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
  return broadcastMap(shape, shape);
}
