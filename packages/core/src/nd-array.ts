/**
 * Plain arrays with a shape: what references compute with, samples are written in and tensors are read into. Always
 * contiguous and row-major.
 */
import { abstractValue, type Dims } from './abstract-value.ts';
import { allocate, type DType, type TypedArray } from './dtype.ts';
import { raise } from './errors.ts';
import { checkShape, sizeOf } from './shape.ts';

/** A contiguous row-major array on the host. `bool` elements are 0 or 1. */
export interface NdArray {
  readonly shape: Dims;
  readonly dtype: DType;
  readonly data: TypedArray;
}

/** An array of the given shape. `data` is copied; its length must be the shape's size. */
export function nd(shape: Dims, data: ArrayLike<number | boolean>, dtype: DType = 'float32'): NdArray {
  checkShape('nd', shape);
  if (data.length !== sizeOf(shape)) {
    raise('E_DATA', {
      op: 'nd',
      argument: 'data',
      expected: `${sizeOf(shape)} elements for ${abstractValue(shape, dtype).text}`,
      found: String(data.length),
    });
  }
  const elements = allocate(dtype, data.length);
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number | boolean;
    elements[i] = dtype === 'bool' ? (value ? 1 : 0) : Number(value);
  }
  return { shape: [...shape], dtype, data: elements };
}

/** A zero-filled array. */
export function ndZeros(shape: Dims, dtype: DType = 'float32'): NdArray {
  return { shape: [...shape], dtype, data: allocate(dtype, sizeOf(shape)) };
}
