/**
 * Constants as the compiler sees them: an array whose elements are all equal is a scalar in the code, any other one is a
 * buffer of the program.
 */
import type { NdArray } from '@deft/core';

/** The one value of all elements (NaN and −0 count as values); `undefined` if they differ or there are none. */
export function uniformValue(array: NdArray): number | undefined {
  const { data } = array;
  if (data.length === 0) return undefined;
  const first = data[0] as number;
  // Elements of int64 are bigints; the code has numbers, which not all of them are.
  if (array.dtype === 'int64' && !Number.isSafeInteger(Number(first))) return undefined;
  for (let i = 1; i < data.length; i++) {
    if (!Object.is(data[i], first)) return undefined;
  }
  return Number(first);
}
