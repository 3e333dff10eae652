/**
 * How a contraction runs: in float32 by the packed product template, which reads both operands in place through tables of
 * byte offsets; in other dtypes as a loop kernel that multiplies and sums.
 */
import { sizeOf } from '@deft/core';
import { binaryExpression, loadExpression } from '../expression.ts';
import type { BufferSpec, ContractKernel, LoopKernel } from '../kernel.ts';
import type { View } from '../view.ts';

/** Byte offsets of the points of a group of axes of a view, in row-major order. */
export function offsetTable(view: View, from: number, to: number, bytes: number): Int32Array {
  const extents = view.shape.slice(from, to);
  const table = new Int32Array(sizeOf(extents));
  // Each axis repeats what the axes before it have written, shifted by its stride.
  let filled = table.length === 0 ? 0 : 1;
  for (let axis = to - 1; axis >= from; axis--) {
    const extent = view.shape[axis] as number;
    const step = (view.strides[axis] as number) * bytes;
    for (let i = 1; i < extent && filled > 0; i++) {
      const shift = i * step;
      for (let j = 0; j < filled; j++) table[i * filled + j] = (table[j] as number) + shift;
    }
    filled *= extent;
  }
  return table;
}

/** The four tables of a product and the offsets of its batches, in bytes. */
export interface ContractTables {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly leftRows: Int32Array;
  readonly leftK: Int32Array;
  readonly rightK: Int32Array;
  readonly rightColumns: Int32Array;
  readonly leftBatches: Int32Array;
  readonly rightBatches: Int32Array;
}

/** Computes the tables of a float32 contraction. */
export function contractTables(kernel: ContractKernel): ContractTables {
  const { batch, m, n, k, left, right } = kernel;
  const b = batch.length;
  const bytes = 4;
  const shifted = (table: Int32Array, view: View): Int32Array => table.map((offset) => offset + view.offset * bytes);
  return {
    m: sizeOf(m),
    n: sizeOf(n),
    k: sizeOf(k),
    leftRows: offsetTable(left.view, b, b + m.length, bytes),
    leftK: offsetTable(left.view, b + m.length, b + m.length + k.length, bytes),
    rightK: offsetTable(right.view, b, b + k.length, bytes),
    rightColumns: offsetTable(right.view, b + k.length, b + k.length + n.length, bytes),
    leftBatches: shifted(offsetTable(left.view, 0, b, bytes), left.view),
    rightBatches: shifted(offsetTable(right.view, 0, b, bytes), right.view),
  };
}

/** A view with its axes in another order and broadcast along new ones (`undefined`). */
function spread(view: View, axes: readonly (number | undefined)[], extents: readonly number[]): View {
  return {
    shape: [...extents],
    offset: view.offset,
    strides: axes.map((axis) => (axis === undefined ? 0 : (view.strides[axis] as number))),
    guards: [],
    fill: 0,
  };
}

/** The same contraction as a loop kernel. */
export function contractAsLoop(kernel: ContractKernel, buffers: readonly BufferSpec[]): LoopKernel {
  const { batch, m, n, k, left, right, result } = kernel;
  const { dtype } = buffers[result] as BufferSpec;
  const [b, rows, columns, inner] = [batch.length, m.length, n.length, k.length];
  const extents = [...batch, ...m, ...n, ...k];
  const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
  const none = (count: number): undefined[] => new Array<undefined>(count).fill(undefined);
  const leftAxes = [...range(0, b), ...range(b, rows), ...none(columns), ...range(b + rows, inner)];
  const rightAxes = [...range(0, b), ...none(rows), ...range(b + inner, columns), ...range(b, inner)];
  return {
    form: 'loop',
    space: [...batch, ...m, ...n],
    reduced: k,
    operands: [
      { buffer: left.buffer, view: spread(left.view, leftAxes, extents) },
      { buffer: right.buffer, view: spread(right.view, rightAxes, extents) },
    ],
    reductions: [
      { combine: 'sum', value: binaryExpression('mul', loadExpression(dtype, 0), loadExpression(dtype, 1)), dtype },
    ],
    results: [{ buffer: result, value: { kind: 'reduced', dtype, reduction: 0 } }],
  };
}
