/** Random views over a space that read a buffer of a given length, and never outside of it. */
import { type Dims, sizeOf } from '@deft/core';
import { affineRange, composeView, contiguousView, type IndexMap, type View } from '@deft/kernel';
import type { Tape } from './tape.ts';

const unit = (axis: number, rank: number, scale: number): number[] =>
  Array.from({ length: rank }, (_, i) => (i === axis ? scale : 0));

/** A view without guards. The buffer must have an element unless the space is empty. */
export function stridedView(tape: Tape, shape: Dims, length: number): View {
  const contiguous = contiguousView(shape);
  if (sizeOf(shape) <= length && !tape.once(3)) {
    return { ...contiguous, offset: tape.take(length - sizeOf(shape) + 1) };
  }
  const strides = shape.map(() => tape.pick([1, 0, -1, 2, 3, -2, 5]));
  for (;;) {
    const range = affineRange(0, strides, shape);
    if (!range) return { ...contiguous, strides };
    const reach = range[1] - range[0];
    if (length === 0) throw new Error('a view of nothing over a space that is not empty');
    if (reach < length) return { ...contiguous, strides, offset: tape.take(length - reach) - range[0] };
    // Too far: some axis stands still.
    strides[strides.findIndex((stride, axis) => stride !== 0 && (shape[axis] as number) > 1)] = 0;
  }
}

/** A view that may be padded or a window, with `fill` where it reads padding. */
export function anyView(tape: Tape, shape: Dims, length: number, fill: number): View {
  const rank = shape.length;
  if (length === 0 && sizeOf(shape) > 0) {
    const zeros = shape.map(() => 0);
    return { shape, offset: 0, strides: zeros, guards: [{ offset: 0, coefficients: zeros, limit: 0 }], fill };
  }
  if (rank === 0 || length === 0 || !tape.once(3)) return stridedView(tape, shape, length);
  let inner: number[];
  let map: IndexMap;
  if (rank >= 2 && tape.once(2)) {
    // A window: the last two axes are place and offset within the window.
    const [stride, dilation, before] = [1 + tape.take(2), 1 + tape.take(2), tape.take(3)];
    inner = [...shape.slice(0, rank - 2), 1 + tape.take(6)];
    const axes = inner.map((_, axis) => ({ offset: 0, coefficients: unit(axis, rank, 1) }));
    const coefficients = [...unit(rank - 2, rank - 1, stride), dilation];
    axes[rank - 2] = { offset: -before, coefficients };
    map = { shape, axes, fill };
  } else {
    const before = shape.map((dim) => tape.take(Math.min(dim, 2) + 1));
    inner = shape.map((dim, axis) => Math.max(0, dim - (before[axis] as number) - tape.take(3)));
    map = {
      shape,
      axes: shape.map((_, axis) => ({ offset: -(before[axis] as number), coefficients: unit(axis, rank, 1) })),
      fill,
    };
  }
  return composeView(stridedView(tape, inner, length), map) as View;
}

/** The view over more axes behind, on which it does not depend. */
export function extendView(view: View, more: Dims): View {
  const zeros = more.map(() => 0);
  return {
    ...view,
    shape: [...view.shape, ...more],
    strides: [...view.strides, ...zeros],
    guards: view.guards.map((guard) => ({ ...guard, coefficients: [...guard.coefficients, ...zeros] })),
  };
}

/** A random shape of up to `rank` axes and `size` elements. */
export function randomShape(tape: Tape, rank: number, size: number): number[] {
  const shape = tape.some(rank, () => tape.pick([2, 3, 1, 4, 5, 8, 17, 3, 2, 33, 0]));
  while (sizeOf(shape) > size) shape.shift();
  return shape;
}

/** A shape of that many elements: divisors as axes. */
export function shapeOfSize(tape: Tape, size: number): number[] {
  const shape: number[] = [];
  let left = size;
  for (const divisor of [2, 3, 4, 5, 8]) {
    if (left === 0 || left % divisor !== 0 || !tape.once(2)) continue;
    shape.push(divisor);
    left /= divisor;
  }
  shape.splice(tape.take(shape.length + 1), 0, left);
  return shape;
}
