/** `unique`: every different element once. */
import { allocate, raise, type Tensor } from '@deft/core';
import { constantTensor, type TensorLike } from './definition/convert.ts';
import { operand } from './definition/operand.ts';

/** What `unique` gives. */
export interface Unique {
  /** Every different element once, in the order of first occurrence. */
  readonly values: Tensor;
  /** For every element of the vector its place among the values. */
  readonly indices: Tensor;
  /** How often each of the values occurs. */
  readonly counts: Tensor;
}

/**
 * Every different element of a vector once, in the order of first occurrence. How many there are depends on the elements,
 * so it cannot be captured.
 *
 * @throws `E_RANK` unless it is a vector, `E_CAPTURE_READ` in a capture.
 * @example
 * ```ts
 * import { tensor, unique } from '@deft/tensor';
 * const { values, indices } = unique(tensor([3, 1, 3]));
 * console.log(values.toArray(), indices.toArray()); // [3, 1] [0, 1, 0]
 * ```
 */
export function unique(x: TensorLike): Unique {
  const input = operand('unique', 'x', x);
  if (input.rank !== 1) {
    raise('E_RANK', { op: 'unique', argument: 'x', expected: 'rank 1', found: `rank ${input.rank}` });
  }
  const places = new Map<number, number>();
  const counts: number[] = [];
  const indices = new Int32Array(input.size);
  (input.dataSync() as unknown as Float32Array).forEach((element, i) => {
    const place = places.get(element) ?? places.size;
    places.set(element, place);
    counts[place] = (counts[place] ?? 0) + 1;
    indices[i] = place;
  });
  const data = allocate(input.dtype, places.size);
  for (const [element, place] of places) data[place] = element;
  const shape = [places.size];
  return {
    values: constantTensor({ shape, dtype: input.dtype, data }),
    indices: constantTensor({ shape: [input.size], dtype: 'int32', data: indices }),
    counts: constantTensor({ shape, dtype: 'int32', data: Int32Array.from(counts) }),
  };
}
