/**
 * Shapes at run time: sizes, strides, axes, broadcasting. Rules that several ops share stand here once, so a shape rule
 * in an op file reads as a sentence. Type-level shapes are in `shape-types.ts`.
 */
import type { Dims } from './abstract-value.ts';
import { raise } from './errors.ts';

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: Dims): number {
  let size = 1;
  for (const dim of shape) size *= dim;
  return size;
}

/** Row-major strides, in elements. */
export function stridesOf(shape: Dims): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis] as number;
  }
  return strides;
}

/** Whether two shapes are the same. */
export function sameShape(a: Dims, b: Dims): boolean {
  return a.length === b.length && a.every((dim, axis) => dim === b[axis]);
}

/** A shape as users read it: `[2, 3]`. */
export function shapeText(shape: Dims): string {
  return `[${shape.join(', ')}]`;
}

/** Throws `E_DIM` unless every dim is a whole number of at least 0. */
export function checkShape(op: string, shape: readonly unknown[], argument = 'shape'): asserts shape is number[] {
  if (!Array.isArray(shape)) {
    raise('E_ARGUMENT', { op, argument, expected: 'an array of whole numbers', found: String(shape) });
  }
  for (const dim of shape) {
    if (typeof dim !== 'number' || !Number.isInteger(dim) || dim < 0) {
      raise('E_DIM', {
        op,
        argument,
        expected: 'whole numbers of at least 0',
        found: `[${shape.map(String).join(', ')}]`,
      });
    }
  }
  if (sizeOf(shape) > 2 ** 31) {
    raise('E_DIM', { op, argument, expected: 'at most 2^31 elements', found: shapeText(shape) });
  }
}

/** An axis counted from the front; negative ones count from the end. Throws `E_AXIS` when it is out of range. */
export function normalizeAxis(op: string, axis: number, rank: number, argument = 'axis'): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    const range = rank === 0 ? 'no axis (the operand is a scalar)' : `a whole number from ${-rank} to ${rank - 1}`;
    raise('E_AXIS', { op, argument, expected: range, found: String(axis) });
  }
  return axis < 0 ? axis + rank : axis;
}

/** Axes in ascending order without repeats; `undefined` means all. Throws `E_AXIS` on a repeated or foreign one. */
export function normalizeAxes(op: string, axes: number | readonly number[] | undefined, rank: number): number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  const list = (typeof axes === 'number' ? [axes] : [...axes]).map((axis) => normalizeAxis(op, axis, rank));
  if (new Set(list).size !== list.length) {
    raise('E_AXIS', { op, argument: 'axis', expected: 'each axis once', found: `[${list.join(', ')}]` });
  }
  return list.sort((a, b) => a - b);
}

/** The shape that is left when `axes` are reduced away, or kept as 1. */
export function reducedShape(shape: Dims, axes: readonly number[], keepDims = false): number[] {
  if (keepDims) return shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim));
  return shape.filter((_, axis) => !axes.includes(axis));
}

/** NumPy's broadcast of several shapes, or `undefined` where they do not fit. */
export function tryBroadcast(shapes: readonly Dims[]): number[] | undefined {
  const rank = Math.max(0, ...shapes.map((shape) => shape.length));
  const result = new Array<number>(rank).fill(1);
  for (const shape of shapes) {
    const lead = rank - shape.length;
    for (let axis = 0; axis < shape.length; axis++) {
      const dim = shape[axis] as number;
      const current = result[lead + axis] as number;
      if (dim === current || dim === 1) continue;
      if (current !== 1) return undefined;
      result[lead + axis] = dim;
    }
  }
  return result;
}
