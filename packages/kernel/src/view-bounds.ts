/**
 * Which addresses a view can reach at the points that pass its guards. Intervals prove almost every view at once; where
 * they cannot tell, the points are enumerated.
 */
import { type Dims, sizeOf } from '@deft/core';
import type { Guard, View } from './view.ts';
import { affineAt, pointAt } from './view-reading.ts';

/** Whether the view reads outside of a buffer of `length` elements at some point that passes the guards. */
export function readsOutside(view: View, length: number): boolean {
  const range = addressBounds(view);
  if (range === undefined || (range[0] >= 0 && range[1] < length)) return false;
  // What neither the address nor a guard depends on makes no difference.
  const matters = (axis: number): boolean =>
    view.strides[axis] !== 0 || view.guards.some((guard) => guard.coefficients[axis] !== 0);
  const shape = view.shape.map((dim, axis) => (matters(axis) ? dim : Math.min(dim, 1)));
  const points = sizeOf(shape);
  for (let i = 0; i < points; i++) {
    const point = pointAt(shape, i);
    if (!passes(view.guards, point)) continue;
    const address = affineAt(view.offset, view.strides, point);
    if (address < 0 || address >= length) return true;
  }
  return false;
}

/** Whether a point passes all guards. */
export function passes(guards: readonly Guard[], point: readonly number[]): boolean {
  return guards.every((guard) => {
    const level = affineAt(guard.offset, guard.coefficients, point);
    return level >= 0 && level < guard.limit;
  });
}

/**
 * Bounds of the addresses at the points that pass the guards; they may be wider than what is reached. `undefined` where no
 * point passes.
 */
export function addressBounds(view: View): [number, number] | undefined {
  const ranges = indexRanges(view.shape, view.guards);
  if (ranges === undefined) return undefined;
  let low = view.offset;
  let high = view.offset;
  const open = new Set(view.shape.keys());
  // Where the address rises with a guard's own value (a window), the guard bounds that part of it.
  for (const guard of view.guards) {
    const axes = [...view.shape.keys()].filter((axis) => guard.coefficients[axis] !== 0);
    const [first] = axes;
    if (first === undefined || axes.length < 2 || !axes.every((axis) => open.has(axis))) continue;
    // As a fraction: in products of whole numbers nothing is rounded.
    const [stride, coefficient] = [view.strides[first] as number, guard.coefficients[first] as number];
    if (
      !axes.every(
        (axis) => (view.strides[axis] as number) * coefficient === stride * (guard.coefficients[axis] as number),
      )
    )
      continue;
    let [least, most] = [guard.offset, guard.offset];
    for (const axis of axes) {
      const [from, to] = reach(guard.coefficients[axis] as number, ranges[axis] as [number, number]);
      least += from;
      most += to;
      open.delete(axis);
    }
    const inside: [number, number] = [Math.max(least, 0), Math.min(most, guard.limit - 1)];
    if (inside[0] > inside[1]) return undefined;
    const ends = inside.map((level) => (stride * (level - guard.offset)) / coefficient);
    low += Math.ceil(Math.min(...ends));
    high += Math.floor(Math.max(...ends));
  }
  for (const axis of open) {
    const [from, to] = reach(view.strides[axis] as number, ranges[axis] as [number, number]);
    low += from;
    high += to;
  }
  return [low, high];
}

function reach(factor: number, [from, to]: readonly [number, number]): [number, number] {
  return factor < 0 ? [factor * to, factor * from] : [factor * from, factor * to];
}

/** The indices on each axis that guards on that axis alone let pass; `undefined` where there are none. */
function indexRanges(shape: Dims, guards: readonly Guard[]): [number, number][] | undefined {
  const ranges = shape.map((dim): [number, number] => [0, dim - 1]);
  for (const { offset, coefficients, limit } of guards) {
    const axes = [...shape.keys()].filter((axis) => coefficients[axis] !== 0);
    const [axis] = axes;
    if (axis === undefined) {
      if (offset < 0 || offset >= limit) return undefined;
      continue;
    }
    if (axes.length > 1) continue;
    const coefficient = coefficients[axis] as number;
    const ends = [-offset / coefficient, (limit - 1 - offset) / coefficient];
    const range = ranges[axis] as [number, number];
    range[0] = Math.max(range[0], Math.ceil(Math.min(...ends)));
    range[1] = Math.min(range[1], Math.floor(Math.max(...ends)));
  }
  return ranges.some(([from, to]) => from > to) ? undefined : ranges;
}
