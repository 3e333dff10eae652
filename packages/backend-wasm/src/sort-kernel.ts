/**
 * Sorting rows, on the host over views of wasm memory: stable, NaN last in ascending and first in descending order.
 */
import type { TypedArray } from '@deft/core';

/** Positions of the elements of a row in sorted order. */
function sortedPositions(row: TypedArray, descending: boolean): Int32Array {
  const positions = Int32Array.from(row, (_, i) => i);
  const order = (a: number, b: number): number => {
    const [x, y] = [row[a] as number, row[b] as number];
    if (x < y) return -1;
    if (x > y) return 1;
    if (x === y) return 0;
    return Number(Number.isNaN(x)) - Number(Number.isNaN(y));
  };
  // Array.prototype.sort is stable; equal elements keep their order in both directions.
  return positions.sort(descending ? (a, b) => order(b, a) : order);
}

/** Sorts every row of `source` into `result`: the elements, or the places they came from. */
export function sortRows(
  source: TypedArray,
  result: TypedArray,
  options: {
    readonly rows: number;
    readonly length: number;
    readonly descending: boolean;
    readonly gives: 'values' | 'positions';
  },
): void {
  const { rows, length, descending, gives } = options;
  for (let row = 0; row < rows; row++) {
    const elements = source.subarray(row * length, (row + 1) * length);
    const positions = sortedPositions(elements, descending);
    if (gives === 'positions') result.set(positions, row * length);
    else
      result.set(
        Array.from(positions, (i) => elements[i] as number),
        row * length,
      );
  }
}
