/**
 * Arithmetic on whole numbers for references. JavaScript's own bit operators and `Math.imul` work on 32 bits, which is right
 * for all dtypes up to that size, because the array that holds the result keeps the low bits; an `int64`, which references
 * see as a double, goes through `bigint`.
 */
import type { DType } from '@deft/core';

type Binary = (x: number, y: number) => number;

/** A function of 64-bit integers on doubles that hold some. */
export const int64 =
  (f: (x: bigint, y: bigint) => bigint): Binary =>
  (x, y) =>
    Number(BigInt.asIntN(64, f(BigInt(x), BigInt(y))));

const product64 = int64((x, y) => x * y);

/** The wrapping product of whole numbers of a dtype. */
export const wrappingProduct = (dtype: DType): Binary => (dtype === 'int64' ? product64 : Math.imul);
