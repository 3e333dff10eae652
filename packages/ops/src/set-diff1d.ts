/** `setDiff1d`: elements of one vector that another lacks. */
import { raise, type Tensor } from '@deft/core';
import { constantTensor, type TensorLike } from './definition/convert.ts';
import { operand } from './definition/operand.ts';
import { gather } from './gather.ts';

/** What `setDiff1d` gives. */
export interface SetDifference {
  /** The elements that the other vector lacks, in order and with repeats. */
  readonly values: Tensor;
  /** Where they stood. */
  readonly indices: Tensor;
}

/**
 * The elements of `x` that do not occur in `y`, and where they stood. How many there are depends on the elements, so it
 * cannot be captured.
 *
 * @throws `E_RANK` unless both are vectors, `E_CAPTURE_READ` in a capture.
 * @example
 * ```ts
 * import { setDiff1d, tensor } from '@deft/tensor';
 * console.log(setDiff1d(tensor([1, 2, 3, 2]), tensor([2])).values.toArray()); // [1, 3]
 * ```
 */
export function setDiff1d(x: TensorLike, y: TensorLike): SetDifference {
  const [left, right] = [operand('setDiff1d', 'x', x), operand('setDiff1d', 'y', y)];
  for (const [argument, { rank }] of [
    ['x', left],
    ['y', right],
  ] as const) {
    if (rank !== 1) raise('E_RANK', { op: 'setDiff1d', argument, expected: 'rank 1', found: `rank ${rank}` });
  }
  const taken = new Set(right.dataSync() as unknown as Float32Array);
  const places: number[] = [];
  (left.dataSync() as unknown as Float32Array).forEach((element, i) => {
    if (!taken.has(element)) places.push(i);
  });
  const indices = constantTensor({ shape: [places.length], dtype: 'int32', data: Int32Array.from(places) });
  return { values: left.size === 0 ? left : gather(left, indices), indices };
}
