/**
 * Reads elements through a view on the host: the meaning of a view, said as a program. The interpreter reads operands
 * with it, and the tests of view algebra compare against it.
 */
import { type Dims, internal, sizeOf, type TypedArray } from '@deft/core';
import type { View } from './view.ts';

/**
 * Writes the elements that `view` shows of `source` at the points `start … start + count − 1` (counted in row-major
 * order) into the first `count` places of `target`. An address outside of `source` at a point that passes the guards is a
 * malformed kernel.
 */
export function readView(view: View, source: TypedArray, start: number, count: number, target: TypedArray): void {
  const { shape, strides, guards } = view;
  const rank = shape.length;
  const last = rank - 1;
  const point = pointAt(shape, start);
  const stride = rank === 0 ? 0 : (strides[last] as number);
  const levels = guards.map(() => 0);
  // One turn per run along the last axis: addresses and guards are affine, so they advance by one step per point.
  for (let done = 0; done < count; ) {
    const run = rank === 0 ? 1 : Math.min(count - done, (shape[last] as number) - (point[last] as number));
    let address = affineAt(view.offset, strides, point);
    guards.forEach((guard, g) => {
      levels[g] = affineAt(guard.offset, guard.coefficients, point);
    });
    for (let i = 0; i < run; i++) {
      let inside = true;
      for (let g = 0; g < guards.length; g++) {
        const guard = guards[g] as (typeof guards)[number];
        const level = levels[g] as number;
        if (level < 0 || level >= guard.limit) inside = false;
        levels[g] = level + (rank === 0 ? 0 : (guard.coefficients[last] as number));
      }
      if (inside && (address < 0 || address >= source.length)) {
        internal(`a view reads element ${address} of ${source.length}`);
      }
      target[done + i] = inside ? (source[address] as number) : view.fill;
      address += stride;
    }
    done += run;
    if (done === count) break;
    point[last] = 0;
    let axis = last - 1;
    while (axis >= 0 && (point[axis] as number) + 1 === shape[axis]) point[axis--] = 0;
    if (axis < 0) internal('a view was read past its last point');
    point[axis] = (point[axis] as number) + 1;
  }
}

/** All elements that a view shows of `source`, in row-major order; `target` has the view's size. */
export function readWholeView(view: View, source: TypedArray, target: TypedArray): void {
  readView(view, source, 0, sizeOf(view.shape), target);
}

/** The point at a row-major position of a space that is not empty. */
export function pointAt(shape: Dims, position: number): number[] {
  const point = new Array<number>(shape.length);
  let rest = position;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const dim = shape[axis] as number;
    point[axis] = rest % dim;
    rest = Math.floor(rest / dim);
  }
  return point;
}

/** `offset + Σ coefficients · point`. */
export function affineAt(offset: number, coefficients: readonly number[], point: readonly number[]): number {
  let value = offset;
  for (let axis = 0; axis < coefficients.length; axis++) {
    value += (coefficients[axis] as number) * (point[axis] as number);
  }
  return value;
}
