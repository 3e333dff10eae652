/** Host arrays as tests make them: filled, stacked, put into tensors, with random numbers that are the same in every run. */
import { allocate, currentInterpreter, type DType, type NdArray, numbersPerElement, type Tensor } from '@deft/core';

/** A host array as a tensor of the running interpreter. */
export function put(array: NdArray): Tensor {
  return currentInterpreter().constant({ ...array, data: array.data.slice() }, false);
}

/** An array of the same shape in the given dtype, filled by `f` of the position. */
export function filled(like: NdArray, dtype: DType, f: (position: number) => number): NdArray {
  const data = allocate(dtype, like.data.length / numbersPerElement(dtype));
  for (let i = 0; i < data.length; i++) data[i] = f(i);
  return { shape: like.shape, dtype, data };
}

/** Arrays of one shape and dtype along a new first axis. */
export function stackArrays(arrays: readonly NdArray[]): NdArray {
  const { shape, dtype, data } = arrays[0] as NdArray;
  const all = allocate(dtype, (arrays.length * data.length) / numbersPerElement(dtype));
  for (const [i, array] of arrays.entries()) all.set(array.data, i * data.length);
  return { shape: [arrays.length, ...shape], dtype, data: all };
}

/** A generator of numbers between −1 and 1, never near 0, so that no direction hides an element. */
export function randomNumbers(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b9) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    const unit = ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    return unit < 0.5 ? -0.25 - 1.5 * unit : 0.25 + 1.5 * (unit - 0.5);
  };
}
