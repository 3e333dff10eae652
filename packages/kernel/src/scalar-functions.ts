/**
 * The meaning of every scalar op on host numbers. Functions here work in double precision; an element is rounded or
 * wrapped to its dtype when it is stored in a typed array of that dtype. For float32 that gives the correctly rounded
 * result of `add sub mul div sqrt` (53 bits are more than twice 24 plus two), and for 32-bit integers wrapping
 * arithmetic, because every other intermediate value is exact; only integer products need `Math.imul`. Elements of `int64`
 * are bigints and have tables of their own (`int64-functions.ts`).
 *
 * Arithmetic is defined on carriers only: small dtypes are loaded, moved, compared with nothing and converted.
 */
import { carrierOf, type DType, type DTypeKind, dtypes, internal, roundHalfToEven, toElement } from '@deft/core';
import { errorFunction } from './error-function.ts';
import type { BinaryScalar, ComparisonScalar, UnaryScalar } from './expression.ts';
import { int64Binary, int64Extremes, int64Unary } from './int64-functions.ts';
import type { Combine } from './kernel.ts';

/** Dtype kinds that a scalar op takes. */
type Kinds = readonly DTypeKind[];
const floats: Kinds = ['float'];
const integers: Kinds = ['int', 'uint'];
const bits: Kinds = ['int', 'uint', 'bool'];
const numbers: Kinds = ['float', 'int', 'uint'];
const anything: Kinds = ['float', 'int', 'uint', 'bool'];

/** Kinds of dtype that each unary scalar takes. */
export const unaryKinds: Readonly<Record<UnaryScalar, Kinds>> = {
  neg: numbers,
  abs: numbers,
  sign: numbers,
  floor: numbers,
  ceil: numbers,
  round: numbers,
  trunc: numbers,
  sqrt: floats,
  exp: floats,
  expm1: floats,
  log: floats,
  log1p: floats,
  sin: floats,
  cos: floats,
  tan: floats,
  asin: floats,
  acos: floats,
  atan: floats,
  sinh: floats,
  cosh: floats,
  tanh: floats,
  asinh: floats,
  acosh: floats,
  atanh: floats,
  erf: floats,
  not: bits,
  isNaN: anything,
};

/** Kinds of dtype that each binary scalar takes. */
export const binaryKinds: Readonly<Record<BinaryScalar, Kinds>> = {
  add: numbers,
  sub: numbers,
  mul: numbers,
  div: numbers,
  rem: numbers,
  pow: numbers,
  max: anything,
  min: anything,
  atan2: floats,
  and: bits,
  or: bits,
  xor: bits,
  shiftLeft: integers,
  shiftRight: integers,
};

/** Kinds of dtype that each way of combining takes. */
export const combineKinds: Readonly<Record<Combine, Kinds>> = {
  sum: numbers,
  prod: numbers,
  max: anything,
  min: anything,
  argMax: anything,
  argMin: anything,
};

type Unary = (x: number) => number;
type Binary = (x: number, y: number) => number;

const floatUnary: Readonly<Record<Exclude<UnaryScalar, 'not'>, Unary>> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfToEven,
  trunc: Math.trunc,
  sqrt: Math.sqrt,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  asin: Math.asin,
  acos: Math.acos,
  atan: Math.atan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  asinh: Math.asinh,
  acosh: Math.acosh,
  atanh: Math.atanh,
  erf: errorFunction,
  isNaN: (x) => (Number.isNaN(x) ? 1 : 0),
};

const floatBinary = {
  add: (x, y) => x + y,
  sub: (x, y) => x - y,
  mul: (x, y) => x * y,
  div: (x, y) => x / y,
  rem: (x, y) => x % y,
  pow: (x, y) => x ** y,
  max: Math.max,
  min: Math.min,
  atan2: Math.atan2,
} as const satisfies Partial<Record<BinaryScalar, Binary>>;

/** Integer power by squaring, wrapping; a negative exponent (possible in int32 only) gives the truncated quotient. */
function integerPower(base: number, exponent: number): number {
  if (exponent < 0) {
    if (base === 1) return 1;
    if (base === -1) return exponent % 2 === 0 ? 1 : -1;
    return 0;
  }
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = Math.imul(result, square);
    square = Math.imul(square, square);
  }
  return result;
}

const integerBinary = {
  add: floatBinary.add,
  sub: floatBinary.sub,
  mul: Math.imul,
  div: (x, y) => (y === 0 ? 0 : Math.trunc(x / y)),
  rem: (x, y) => (y === 0 ? 0 : x % y),
  pow: integerPower,
  max: Math.max,
  min: Math.min,
  and: (x, y) => x & y,
  or: (x, y) => x | y,
  xor: (x, y) => x ^ y,
  shiftLeft: (x, y) => x << y,
} as const satisfies Partial<Record<BinaryScalar, Binary>>;

const binaryOf: Readonly<Record<Exclude<DTypeKind, 'complex'>, Partial<Readonly<Record<BinaryScalar, Binary>>>>> = {
  float: floatBinary,
  int: { ...integerBinary, shiftRight: (x, y) => x >> y },
  uint: { ...integerBinary, shiftRight: (x, y) => x >>> y },
  bool: {
    max: Math.max,
    min: Math.min,
    and: integerBinary.and,
    or: integerBinary.or,
    xor: integerBinary.xor,
  },
};

/** What a unary scalar does to elements of a dtype, before rounding or wrapping to it. */
export function unaryFunction(op: UnaryScalar, dtype: DType): (x: number) => number {
  const { kind } = dtypes[dtype];
  if (!unaryKinds[op].includes(kind) || carrierOf(dtype) !== dtype) internal(`scalar ${op} of ${dtype}`);
  if (dtype === 'int64') return int64Unary[op] ?? internal(`scalar ${op} of int64`);
  if (op !== 'not') return floatUnary[op];
  return kind === 'bool' ? (x) => 1 - x : (x) => ~x;
}

/** What a binary scalar does to elements of a dtype, before rounding or wrapping to it. */
export function binaryFunction(op: BinaryScalar, dtype: DType): (x: number, y: number) => number {
  const { kind } = dtypes[dtype];
  if (kind === 'complex' || carrierOf(dtype) !== dtype) internal(`scalar ${op} of ${dtype}`);
  const table = dtype === 'int64' ? int64Binary : binaryOf[kind];
  return table[op] ?? internal(`scalar ${op} of ${dtype}`);
}

/** The comparisons; they need no rounding. */
export const comparisonFunctions: Readonly<Record<ComparisonScalar, (x: number, y: number) => boolean>> = {
  equal: (x, y) => x === y,
  notEqual: (x, y) => x !== y,
  less: (x, y) => x < y,
  lessEqual: (x, y) => x <= y,
  greater: (x, y) => x > y,
  greaterEqual: (x, y) => x >= y,
};

/** Smallest and largest value of a dtype; those of `int64` are bigints, as its elements are. */
export const extremes: Readonly<Record<DType, readonly [lowest: number, highest: number]>> = {
  bool: [0, 1],
  int8: [-128, 127],
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int64: int64Extremes,
  float16: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  bfloat16: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  float32: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  float64: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  complex64: [Number.NaN, Number.NaN],
};

/** A float as a whole number of a dtype: the fraction is cut off, what lies beyond becomes the nearest, NaN is 0. */
function saturating(to: DType): (x: number) => number {
  if (to === 'int64') return (x) => toElement(to, x);
  const [lowest, highest] = extremes[to];
  return (x) => (Number.isNaN(x) ? 0 : Math.min(highest, Math.max(lowest, Math.trunc(x))));
}

/**
 * What a cast does, before rounding or wrapping to the new dtype: between integers the low bits stay, and the number if it
 * fits.
 */
export function castFunction(from: DType, to: DType): (x: number) => number {
  const target = dtypes[to].kind;
  // biome-ignore lint/suspicious/noDoubleEquals: 0 and 0n are both zero
  if (target === 'bool') return (x) => (x != 0 ? 1 : 0);
  if (dtypes[from].kind === 'float') return target === 'float' ? (x) => toElement(to, x) : saturating(to);
  return (x) => toElement(to, x);
}
