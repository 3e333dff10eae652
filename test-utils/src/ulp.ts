/**
 * Distance of floating-point numbers counted in representable numbers between them (units in the last place), the measure
 * in which the accuracy of ops is stated.
 */
import type { DType } from '@deft/core';

const doubles = new Float64Array(1);
const doubleBits = new BigInt64Array(doubles.buffer);
const singles = new Float32Array(1);
const singleBits = new Int32Array(singles.buffer);

/** Numbers in ascending order get whole numbers in ascending order, neighbours differ by 1, both zeros get 0. */
function positionOfSingle(value: number): number {
  singles[0] = value;
  const bits = singleBits[0] as number;
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

/** Float16 keeps the distance 2⁻²⁴ below its smallest normal number 2⁻¹⁴, where float32 is still dense. */
function positionOfHalf(value: number): number {
  const normal = positionOfSingle(2 ** -14);
  const size = Math.abs(value);
  const position =
    size < 2 ** -14 ? size * 2 ** 24 : 1024 + (positionOfSingle(Math.min(size, 2 ** 16)) - normal) / 2 ** 13;
  return value < 0 ? -position : position;
}

function positionOfDouble(value: number): bigint {
  doubles[0] = value;
  const bits = doubleBits[0] as bigint;
  return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

/**
 * How many steps between neighbouring numbers of the dtype lie between `a` and `b`: 0 for equal numbers, for the two zeros
 * and for two NaNs, `Infinity` between NaN and a number. Infinity is the neighbour of the largest number. Dtypes that
 * are not floating have distance 0 or `Infinity`; parts of complex numbers count as float32.
 *
 * @example
 * ```ts
 * import { ulpDistance } from '@deft/test-utils';
 * console.log(ulpDistance(1, 1 + 2 ** -23)); // 1
 * ```
 */
export function ulpDistance(a: number, b: number, dtype: DType = 'float32'): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? 0 : Number.POSITIVE_INFINITY;
  if (a === b) return 0;
  if (dtype === 'float32' || dtype === 'complex64') return Math.abs(positionOfSingle(a) - positionOfSingle(b));
  if (dtype === 'bfloat16') return Math.abs(positionOfSingle(a) - positionOfSingle(b)) / 2 ** 16;
  if (dtype === 'float16') return Math.abs(positionOfHalf(a) - positionOfHalf(b));
  if (dtype !== 'float64') return Number.POSITIVE_INFINITY;
  const steps = positionOfDouble(a) - positionOfDouble(b);
  return Number(steps < 0n ? -steps : steps);
}
