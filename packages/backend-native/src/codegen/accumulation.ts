/** How reductions are accumulated, in C: in which type, from which value, and how two values become one. */
import { type DType, internal } from '@deft/core';
import { type Combine, extremes } from '@deft/kernel';
import { literal, valueType } from './c-types.ts';
import { binaryCode } from './scalar-code.ts';

/** The type of an accumulator: sums and products of float32 are kept in double precision. */
export const accumulatorType = (combine: Combine, dtype: DType): string =>
  dtype === 'float32' && (combine === 'sum' || combine === 'prod') ? 'double' : valueType(dtype);

/** What a reduction of nothing is. */
export function startOf(combine: Combine, dtype: DType): number {
  if (combine === 'sum') return 0;
  if (combine === 'prod') return 1;
  const [lowest, highest] = extremes[dtype];
  return combine === 'max' || combine === 'argMax' ? lowest : highest;
}

/** The same in C. */
export const startValue = (combine: Combine, dtype: DType): string =>
  combine === 'sum' ? '0' : combine === 'prod' ? '1' : literal(dtype, startOf(combine, dtype));

/** Two accumulated values as one. */
export function combinedValue(combine: Combine, dtype: DType, a: string, b: string): string {
  if (combine === 'sum') return `${a} + ${b}`;
  if (combine === 'prod') return `${a} * ${b}`;
  if (combine === 'max' || combine === 'min') return binaryCode(combine, dtype, a, b);
  return internal('a position has no combination of its own');
}
