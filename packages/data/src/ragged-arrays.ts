/** Arrays of different lengths as one: all their rows in a row, and where each array begins. */
import { raise, shapeText } from '@deft/core';
import { type HostArray, type HostData, isHostArray, isHostData, partsOf, withShape } from './host-arrays.ts';

/**
 * Arrays that differ in their first axis: array `i` has the rows `rowSplits[i]` to before `rowSplits[i + 1]` of `values`. This
 * is what TensorFlow calls a ragged tensor of one ragged axis.
 */
export interface RaggedArray<V extends HostData | HostArray = HostData | HostArray> {
  readonly values: V;
  readonly rowSplits: Int32Array;
}

/** Whether it is arrays as one, and nothing else. */
export function isRaggedArray(value: unknown): value is RaggedArray {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) return false;
  const { values, rowSplits } = value as Partial<RaggedArray>;
  return rowSplits instanceof Int32Array && (isHostData(values) || isHostArray(values));
}

/** Arrays as one. Throws `E_SHAPE` unless they are alike but for their first axis. */
export function joinRows(op: string, leaves: readonly (HostData | HostArray)[], path: string): RaggedArray {
  const parts = leaves.map(partsOf);
  const [first] = parts as [HostArray];
  const rest = first.shape.slice(1);
  const rowSplits = new Int32Array(parts.length + 1);
  for (const [i, { data, shape }] of parts.entries()) {
    const isAlike = data.constructor === first.data.constructor && shapeText(shape.slice(1)) === shapeText(rest);
    if (!isAlike || shape.length === 0) {
      raise('E_SHAPE', {
        op,
        argument: path === '' ? `element ${i}` : `element ${i}, ${path}`,
        expected: `${first.data.constructor.name}${shapeText(first.shape)} as in the element before, but for the first axis`,
        found: `${data.constructor.name}${shapeText(shape)}`,
      });
    }
    rowSplits[i + 1] = (rowSplits[i] as number) + (shape[0] as number);
  }
  const length = parts.reduce((sum, { data }) => sum + data.length, 0);
  const data = new (first.data.constructor as new (length: number) => HostData)(length);
  let at = 0;
  for (const part of parts) {
    data.set(part.data as never, at);
    at += part.data.length;
  }
  return { values: withShape(data, [rowSplits[parts.length] as number, ...rest]), rowSplits };
}

/** The arrays that were made one. Throws `E_SHAPE` where the splits do not fit the values. */
export function splitRows(op: string, { values, rowSplits }: RaggedArray, path: string): (HostData | HostArray)[] {
  const { data, shape } = partsOf(values);
  const [rows = 0, ...rest] = shape;
  const isRising = rowSplits.every((split, i) => (i === 0 ? split === 0 : split >= (rowSplits[i - 1] as number)));
  if (!isRising || rowSplits.at(-1) !== rows) {
    raise('E_SHAPE', {
      op,
      argument: path === '' ? 'rowSplits' : `${path}.rowSplits`,
      expected: `rising numbers from 0 to ${rows}`,
      found: Array.from(rowSplits.subarray(0, 8)).join() || 'none',
    });
  }
  const size = rest.reduce((product, dim) => product * dim, 1);
  return Array.from(rowSplits.subarray(1), (stop, i) => {
    const start = rowSplits[i] as number;
    return withShape(data.slice(start * size, stop * size), [stop - start, ...rest]);
  });
}
