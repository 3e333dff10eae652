/**
 * Plain arrays with a shape: what references compute with, samples are written in and tensors are read into. Always
 * contiguous and row-major.
 */
import { abstractValue, type Dims } from './abstract-value.ts';
import { allocate, type DType, numbersPerElement, type TypedArray } from './dtype.ts';
import { elementsOf } from './element.ts';
import { raise } from './errors.ts';
import { checkShape, sizeOf } from './shape.ts';

/**
 * A contiguous row-major array on the host. `bool` elements are 0 or 1, and the real and imaginary parts of `complex64` take
 * turns.
 */
export interface NdArray {
  readonly shape: Dims;
  readonly dtype: DType;
  readonly data: TypedArray;
}

/**
 * An array of the given shape. `data` is copied and brought to the dtype; its length must be the shape's size, and twice that
 * for complex numbers.
 */
export function nd(shape: Dims, data: ArrayLike<number | bigint | boolean>, dtype: DType = 'float32'): NdArray {
  checkShape('nd', shape);
  const length = sizeOf(shape) * numbersPerElement(dtype);
  if (data.length !== length) {
    raise('E_DATA', {
      op: 'nd',
      argument: 'data',
      expected: `${length} elements for ${abstractValue(shape, dtype).text}`,
      found: String(data.length),
    });
  }
  return { shape: [...shape], dtype, data: elementsOf(dtype, data) };
}

/**
 * An array of the given shape, filled by `f` of the position in the data: in complex numbers that of a part. What `f` gives
 * is brought to the dtype.
 */
export function ndFilled(shape: Dims, dtype: DType, f: (position: number) => number): NdArray {
  const length = sizeOf(shape) * numbersPerElement(dtype);
  return nd(
    shape,
    Array.from({ length }, (_, position) => f(position)),
    dtype,
  );
}

/** Arrays of one shape and dtype along a new first axis. There must be one at least. */
export function ndStack(arrays: readonly NdArray[]): NdArray {
  const { shape, dtype, data } = arrays[0] as NdArray;
  const all = ndZeros([arrays.length, ...shape], dtype);
  for (const [i, array] of arrays.entries()) all.data.set(array.data, i * data.length);
  return all;
}

/** A zero-filled array. */
export function ndZeros(shape: Dims, dtype: DType = 'float32'): NdArray {
  return { shape: [...shape], dtype, data: allocate(dtype, sizeOf(shape)) };
}
