/** The ends of the range of a dtype. */
import { bytesOf, type DType, dtypes, isFloating } from '@deft/core';

/** The lowest value of a dtype; −Infinity for floats. */
export function lowestOf(dtype: DType): number {
  if (isFloating(dtype)) return Number.NEGATIVE_INFINITY;
  return dtypes[dtype].kind === 'int' ? -(2 ** (8 * bytesOf(dtype) - 1)) : 0;
}

/** The highest value of a dtype; Infinity for floats. */
export function highestOf(dtype: DType): number {
  if (isFloating(dtype)) return Number.POSITIVE_INFINITY;
  if (dtype === 'bool') return 1;
  return 2 ** (8 * bytesOf(dtype) - Number(dtypes[dtype].kind === 'int')) - 1;
}

const largestFloats: Partial<Readonly<Record<DType, number>>> = {
  float16: 65504,
  bfloat16: (2 - 2 ** -7) * 2 ** 127,
  float32: (2 - 2 ** -23) * 2 ** 127,
  float64: Number.MAX_VALUE,
};

/** The largest finite number of a dtype of real numbers. */
export function largestFinite(dtype: DType): number {
  return largestFloats[dtype] ?? highestOf(dtype);
}
