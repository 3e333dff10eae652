/**
 * The arithmetic of sliding windows: how many there are, what padding they need, and how options are written.
 *
 * A window of F elements with dilation D covers `(F − 1) · D + 1` places. With P elements of padding on both sides
 * together and stride S, an axis of W elements holds `L = floor((W − cover + P) / S) + 1` windows.
 */
import { raise } from '@deft/core';
import { checkWholes } from './operand.ts';

/** Elements added before and after an axis; negative ones are cut off. */
export type AxisPadding = readonly [before: number, after: number];

/** Attributes of a sliding window over some axes, one entry per axis. */
export type WindowAttributes = {
  readonly axes: readonly number[];
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
};

/** Places that a window covers. */
export const coverOf = (size: number, dilation: number): number => (size - 1) * dilation + 1;

/** Number of windows along an axis, less than 1 where none fits. */
export function windowCount(
  dim: number,
  size: number,
  stride: number,
  dilation: number,
  [before, after]: AxisPadding,
): number {
  return Math.floor((dim + before + after - coverOf(size, dilation)) / stride) + 1;
}

/** The count of windows along every windowed axis of a shape. Throws `E_SHAPE` where none fits. */
export function windowCounts(
  op: string,
  operand: { readonly shape: readonly number[]; readonly text: string },
  { axes, size, strides, dilation }: WindowAttributes,
  padding: readonly AxisPadding[],
): number[] {
  return axes.map((axis, w) => {
    const dim = operand.shape[axis] as number;
    const [f, s, d, p] = [size[w] as number, strides[w] as number, dilation[w] as number, padding[w] as AxisPadding];
    const count = windowCount(dim, f, s, d, p);
    if (count >= 1) return count;
    const padded = p[0] + p[1] === 0 ? '' : ` and ${p[0] + p[1]} of padding`;
    return raise('E_SHAPE', {
      op,
      says: `a window over ${coverOf(f, d)} places does not fit axis ${axis} of ${dim} elements${padded}`,
      operands: [operand],
    });
  });
}

/** Shape with windows: counts in place of the windowed axes, the windows' own axes right behind the last of those. */
export function windowedShape(
  shape: readonly number[],
  axes: readonly number[],
  counts: readonly number[],
  size: readonly number[],
): number[] {
  const last = axes.at(-1) as number;
  const counted = shape.map((dim, axis) => (axes.includes(axis) ? (counts[axes.indexOf(axis)] as number) : dim));
  return [...counted.slice(0, last + 1), ...size, ...counted.slice(last + 1)];
}

/** Where an axis of the source stands in the windowed shape. */
export function windowedAxis(axis: number, axes: readonly number[]): number {
  return axis <= (axes.at(-1) as number) ? axis : axis + axes.length;
}

/** `'valid'`: no padding; `'same'`: as many windows as the axis has elements, divided by the stride; or said for every axis. */
export type Padding = 'valid' | 'same' | readonly AxisPadding[];

/** Throws `E_ATTRIBUTE` unless the value says a padding for `axes` axes. */
export function checkPadding(op: string, padding: unknown, axes: number): asserts padding is Padding {
  if (padding === 'valid' || padding === 'same') return;
  if (!Array.isArray(padding) || padding.length !== axes) {
    raise('E_ATTRIBUTE', {
      op,
      argument: 'padding',
      expected: `'valid', 'same' or a pair [before, after] for each of ${axes} axes`,
      found: Array.isArray(padding) ? `${padding.length} entries` : String(padding),
    });
  }
  for (const [i, pair] of padding.entries()) checkWholes(op, `padding[${i}]`, pair, 2, 0);
}

/** The padding of every axis. `'same'` puts the odd element behind, as TensorFlow does. */
export function resolvePadding(
  padding: Padding,
  dims: readonly number[],
  { size, strides, dilation }: Omit<WindowAttributes, 'axes'>,
): AxisPadding[] {
  if (padding === 'valid') return dims.map(() => [0, 0]);
  if (padding !== 'same') return [...padding];
  return dims.map((dim, w) => {
    const stride = strides[w] as number;
    const needed = (Math.ceil(dim / stride) - 1) * stride + coverOf(size[w] as number, dilation[w] as number) - dim;
    const total = Math.max(0, needed);
    return [Math.floor(total / 2), total - Math.floor(total / 2)];
  });
}

/** One number for all axes, or one for each. Throws `E_ATTRIBUTE` unless they are whole numbers of at least 1. */
export function eachAxis(
  op: string,
  argument: string,
  value: number | readonly number[],
  axes: number,
): readonly number[] {
  const list = typeof value === 'number' ? new Array<number>(axes).fill(value) : value;
  checkWholes(op, argument, list, axes, 1);
  return list;
}
