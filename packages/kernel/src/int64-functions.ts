/**
 * Scalar arithmetic of `int64`, whose elements are bigints at run time though the types of host arrays say `number`: the
 * tables here are the one place that knows. Results are wrapped by whoever stores them, except where `pow` would grow
 * without bound.
 */
import type { BinaryScalar, UnaryScalar } from './expression.ts';

type Unary = (x: number) => number;
type Binary = (x: number, y: number) => number;

const unary = (f: (x: bigint) => bigint | number): Unary => f as unknown as Unary;
const binary = (f: (x: bigint, y: bigint) => bigint): Binary => f as unknown as Binary;

/** Smallest and largest value. */
export const int64Extremes = [-(2n ** 63n), 2n ** 63n - 1n] as unknown as readonly [lowest: number, highest: number];

const same = unary((x) => x);

/** Functions of one value. */
export const int64Unary: Readonly<Partial<Record<UnaryScalar, Unary>>> = {
  neg: unary((x) => -x),
  abs: unary((x) => (x < 0n ? -x : x)),
  sign: unary((x) => (x > 0n ? 1n : x < 0n ? -1n : 0n)),
  floor: same,
  ceil: same,
  round: same,
  trunc: same,
  not: unary((x) => ~x),
  isNaN: unary(() => 0),
};

/** By squaring, wrapping; a negative exponent gives the truncated quotient, 0 for base 0. */
function power(base: bigint, exponent: bigint): bigint {
  if (exponent < 0n) {
    if (base === 1n) return 1n;
    if (base === -1n) return exponent % 2n === 0n ? 1n : -1n;
    return 0n;
  }
  let result = 1n;
  let square = base;
  for (let rest = exponent; rest > 0n; rest /= 2n) {
    if (rest % 2n === 1n) result = BigInt.asIntN(64, result * square);
    square = BigInt.asIntN(64, square * square);
  }
  return result;
}

/** Functions of two values; shift counts are taken modulo 64. */
export const int64Binary: Readonly<Partial<Record<BinaryScalar, Binary>>> = {
  add: binary((x, y) => x + y),
  sub: binary((x, y) => x - y),
  mul: binary((x, y) => x * y),
  div: binary((x, y) => (y === 0n ? 0n : x / y)),
  rem: binary((x, y) => (y === 0n ? 0n : x % y)),
  pow: binary(power),
  max: binary((x, y) => (x > y ? x : y)),
  min: binary((x, y) => (x < y ? x : y)),
  and: binary((x, y) => x & y),
  or: binary((x, y) => x | y),
  xor: binary((x, y) => x ^ y),
  shiftLeft: binary((x, y) => x << (y & 63n)),
  shiftRight: binary((x, y) => x >> (y & 63n)),
};
