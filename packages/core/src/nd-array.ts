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

/** A zero-filled array. */
export function ndZeros(shape: Dims, dtype: DType = 'float32'): NdArray {
  return { shape: [...shape], dtype, data: allocate(dtype, sizeOf(shape)) };
}
