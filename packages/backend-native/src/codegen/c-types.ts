/** The C types of elements: as they are stored, and as they are computed with. Halves are stored as bits and computed as floats. */
import { type DType, internal, isFloating, toElement } from '@deft/core';

const stored: Readonly<Record<DType, string>> = {
  bool: 'uint8_t',
  int8: 'int8_t',
  uint8: 'uint8_t',
  int32: 'int32_t',
  uint32: 'uint32_t',
  int64: 'int64_t',
  float16: 'uint16_t',
  bfloat16: 'uint16_t',
  float32: 'float',
  float64: 'double',
  complex64: 'void',
};

/** Whether elements are stored as 16 bits of a float. */
export const isHalf = (dtype: DType): boolean => dtype === 'float16' || dtype === 'bfloat16';

/** The type of an element in memory. */
export const storedType = (dtype: DType): string => stored[dtype];

/** The type of a value. */
export const valueType = (dtype: DType): string => (isHalf(dtype) ? 'float' : stored[dtype]);

/** The value of what stands in memory. */
export const decoded = (dtype: DType, code: string): string => (isHalf(dtype) ? `${dtype}_decode(${code})` : code);

/** What stands in memory for a value. */
export const encoded = (dtype: DType, code: string): string => (isHalf(dtype) ? `${dtype}_encode(${code})` : code);

function floatLiteral(value: number): string {
  if (Number.isNaN(value)) return 'NAN';
  if (!Number.isFinite(value)) return value > 0 ? 'INFINITY' : '-INFINITY';
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** A constant of a dtype. */
export function literal(dtype: DType, value: number): string {
  const type = valueType(dtype);
  if (isFloating(dtype)) return `((${type})${floatLiteral(toElement(dtype, value))})`;
  if (dtype === 'bool') return value === 0 ? '((uint8_t)0)' : '((uint8_t)1)';
  // An int64 element is a bigint, whose text is as good. The least numbers have no literal of their own.
  const element = toElement(dtype, value) as number | bigint;
  if (dtype === 'complex64') return internal('a complex constant in a kernel');
  const text = element === -(2n ** 63n) ? '(-INT64_C(9223372036854775807) - 1)' : `INT64_C(${element})`;
  return `((${type})${text})`;
}
