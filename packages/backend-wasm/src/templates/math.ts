/**
 * Elementary functions on four float32 lanes, as code that is emitted in line or as a helper function of a module. Each
 * is within 4 ULP of the true value over the whole range (the tests hold them to it), keeps NaN, is exact at ±0, ±∞ and
 * the other special values, and gives denormals where they belong. Functions that are not here run through `Math`,
 * lane by lane, see `codegen/host-functions.ts`.
 *
 * The polynomials were fitted for this file: minimax in the relative error of the whole function, by reweighted least
 * squares in higher precision, then rounded to float32. Reductions are the classical ones (Cody and Waite's two-part
 * ln 2; the sum's rounding error carried along in log1p). Sine, cosine and tangent stand in a file of their own.
 */
import type { Expression, FunctionBuilder, FunctionReference, Local, ModuleBuilder } from '../assembler/index.ts';
import { f32x4, i32x4, v128 } from '../assembler/index.ts';
import { cos, sin, tan } from './trigonometry.ts';
import type { VectorFunction } from './vector-function.ts';

type Vector = Expression<'v128'>;

const { add, sub, mul } = f32x4;
/** ln 2 in two parts; the first has 9 bits, so its product with an exponent is exact. */
const ln2High = 0.693359375;
const ln2Low = -2.1219444005469057e-4;
/** 1.5 · 2²³: adding it rounds a small float to an integer, left in the low bits of the sum. */
const roundingShift = 12582912;
const roundingShiftBits = 0x4b400000;
const oneBits = 0x3f800000;
const signBit = -0x80000000;

/** (exp r - 1 - r) / r² for |r| ≤ ln 2 / 2. */
const expTail = [0.5, 0.166665181517601, 0.04166620597243309, 0.008368954062461853, 0.0013950599823147058];
/** (log(1 + r) - r + r² / 2) / r³ for √½ ≤ 1 + r ≤ √2. */
const logTail = [
  0.3333333134651184, -0.250008225440979, 0.20001226663589478, -0.16623356938362122, 0.14201761782169342,
  -0.131601944565773, 0.12761549651622772, -0.07634429633617401,
];
/** erf x / x - 1 as a polynomial in x² for |x| ≤ 0.92. */
const erfNear = [
  0.12837916612625122, -0.37612634897232056, 0.11283703148365021, -0.026859799399971962, 0.005201960448175669,
  -0.0008152627851814032, 8.409920701524243e-5,
];
/** -log(1 - erf x) for 0.92 ≤ x ≤ 4. */
const erfFar = [
  0.0001818959426600486, 1.127732753753662, 0.6370857357978821, 0.10401657968759537, -0.022268004715442657,
  0.0030535527039319277, -0.00019699361291714013,
];

/** Value of a polynomial, lowest coefficient first. */
function polynomial(x: Vector, coefficients: readonly number[]): Vector {
  return coefficients.reduceRight<Vector | undefined>(
    (sum, c) => (sum === undefined ? f32x4.const(c) : add(mul(sum, x), f32x4.const(c))),
    undefined,
  ) as Vector;
}

/** x = n ln 2 + r with an integer n: `shifted` holds n in its low bits, `tail` is exp r - 1. */
function reduceExp(f: FunctionBuilder, x: Vector): { shifted: Local<'v128'>; tail: Local<'v128'> } {
  const shifted = f.let(add(mul(x, f32x4.const(Math.LOG2E)), f32x4.const(roundingShift)), 'shifted');
  const n = f.let(sub(shifted, f32x4.const(roundingShift)), 'n');
  const r = f.let(sub(sub(x, mul(n, f32x4.const(ln2High))), mul(n, f32x4.const(ln2Low))), 'r');
  const tail = f.let(add(mul(polynomial(r, expTail), mul(r, r)), r), 'tail');
  f.release(n);
  f.release(r);
  return { shifted, tail };
}

/** 2ⁿ⁺ᵇⁱᵃˢ for n in the low bits of `n`, where that is a normal number. */
function powerOfTwo(n: Vector, bias = 0): Vector {
  return i32x4.add(i32x4.shl(n, 23), i32x4.const(oneBits + bias * 0x800000));
}

/** x within bounds; NaN stays. */
function clamp(x: Vector, low: number, high: number): Vector {
  return f32x4.pmin(f32x4.pmax(x, f32x4.const(low)), f32x4.const(high));
}

const exp: VectorFunction = (f, argument) => {
  // Beyond the bounds the result is 0 or ∞ after rounding; 2ⁿ is applied in two halves, so that both come out so.
  const x = f.let(clamp(argument, -104, 89));
  const { shifted, tail } = reduceExp(f, x);
  const n = f.let(i32x4.sub(shifted, i32x4.const(roundingShiftBits)));
  const half = f.let(i32x4.shrS(n, 1));
  const scaled = mul(add(tail, f32x4.const(1)), powerOfTwo(half));
  f.set(x, mul(scaled, powerOfTwo(i32x4.sub(n, half))));
  for (const local of [shifted, tail, n, half]) f.release(local);
  return x;
};

/** exp of what is not positive, the same bits with a third less work: 2ⁿ cannot overflow, and 2ⁿ⁺²⁴ is normal. */
const expNonPositive: VectorFunction = (f, argument) => {
  const x = f.let(f32x4.pmax(argument, f32x4.const(-104)));
  const { shifted, tail } = reduceExp(f, x);
  f.set(x, mul(mul(add(tail, f32x4.const(1)), powerOfTwo(shifted, 24)), f32x4.const(2 ** -24)));
  for (const local of [shifted, tail]) f.release(local);
  return x;
};

const expm1: VectorFunction = (f, argument) => {
  const given = f.let(argument);
  const x = f.let(clamp(given, -20, 89));
  const { shifted, tail } = reduceExp(f, x);
  // Half the result, since 2ⁿ itself may overflow: 2ⁿ⁻¹ (exp r - 1) + (2ⁿ⁻¹ - ½).
  const scale = f.let(powerOfTwo(shifted, -1));
  f.set(x, add(mul(scale, tail), sub(scale, f32x4.const(0.5))));
  f.set(x, v128.bitselect(given, add(x, x), f32x4.lt(f32x4.abs(given), f32x4.const(2 ** -24))));
  for (const local of [given, shifted, tail, scale]) f.release(local);
  return x;
};

const tanh: VectorFunction = (f, argument) => {
  // With e = exp 2x - 1 it is e / (e + 2), for both signs without cancellation; ±1 from |x| = 9.02 on.
  const given = f.let(argument);
  const x = f.let(clamp(add(given, given), -20, 20));
  const { shifted, tail } = reduceExp(f, x);
  const scale = f.let(powerOfTwo(shifted));
  f.set(x, add(mul(scale, tail), sub(scale, f32x4.const(1))));
  // The sign is that of x; setting it keeps -0.
  f.set(x, v128.or(f32x4.div(x, add(x, f32x4.const(2))), v128.and(given, i32x4.const(signBit))));
  for (const local of [given, shifted, tail, scale]) f.release(local);
  return x;
};

const sqrtHalfBits = 0x3f3504f3;

/** Exponent k of a positive normal u, such that u / 2ᵏ lies in √½ … √2. */
function exponent(u: Vector): Vector {
  return i32x4.shrS(i32x4.sub(u, i32x4.const(sqrtHalfBits)), 23);
}

/** log(1 + r) + k ln 2 for |r| as `logTail` wants it; `k` as a float. Releases neither. */
function logSum(f: FunctionBuilder, r: Local<'v128'>, k: Local<'v128'>): Local<'v128'> {
  const square = f.let(mul(r, r));
  const sum = f.let(mul(mul(polynomial(r, logTail), r), square));
  f.set(sum, sub(add(sum, mul(k, f32x4.const(ln2Low))), mul(square, f32x4.const(0.5))));
  f.set(sum, add(add(sum, r), mul(k, f32x4.const(ln2High))));
  f.release(square);
  return sum;
}

/** `value` where 0 < u < ∞; else what log u is: -∞ at 0, NaN below it, ∞ and NaN themselves. */
function logSpecials(u: Vector, value: Vector): Vector {
  const nan = i32x4.const(0x7fc00000);
  const negative = v128.bitselect(nan, u, f32x4.lt(u, f32x4.const(0)));
  const special = v128.bitselect(f32x4.const(Number.NEGATIVE_INFINITY), negative, f32x4.eq(u, f32x4.const(0)));
  const regular = v128.and(i32x4.gtS(u, i32x4.const(0)), i32x4.gtS(i32x4.const(0x7f800000), u));
  return v128.bitselect(value, special, regular);
}

const log: VectorFunction = (f, argument) => {
  const given = f.let(argument);
  const small = f.let(f32x4.lt(given, f32x4.const(2 ** -126)));
  const u = f.let(v128.bitselect(mul(given, f32x4.const(2 ** 23)), given, small));
  const k = f.let(exponent(u));
  const r = f.let(sub(i32x4.sub(u, i32x4.shl(k, 23)), f32x4.const(1)));
  f.set(k, sub(f32x4.convertI32x4S(k), v128.and(small, f32x4.const(23))));
  const result = logSum(f, r, k);
  f.set(result, logSpecials(given, result));
  for (const local of [given, small, u, k, r]) f.release(local);
  return result;
};

const log1p: VectorFunction = (f, argument) => {
  const given = f.let(argument);
  const u = f.let(add(given, f32x4.const(1)));
  const k = f.let(exponent(u));
  // What rounding took from 1 + x, brought to the scale of r. The exponent is bounded so that 2⁻ᵏ stays normal.
  const lost = sub(given, sub(u, f32x4.const(1)));
  const scale = i32x4.sub(i32x4.const(oneBits), i32x4.shl(i32x4.minS(k, i32x4.const(126)), 23));
  const r = f.let(mul(lost, scale));
  f.set(r, add(sub(i32x4.sub(u, i32x4.shl(k, 23)), f32x4.const(1)), r));
  f.set(k, f32x4.convertI32x4S(k));
  const result = logSum(f, r, k);
  f.set(result, logSpecials(u, result));
  f.set(result, v128.bitselect(given, result, f32x4.lt(f32x4.abs(given), f32x4.const(2 ** -24))));
  for (const local of [given, u, k, r]) f.release(local);
  return result;
};

const erf: VectorFunction = (f, argument) => {
  const x = f.let(argument);
  const size = f.let(f32x4.abs(x));
  const square = f.let(mul(x, x));
  const near = f.let(add(x, mul(x, polynomial(square, erfNear))));
  const bounded = f.let(f32x4.pmin(size, f32x4.const(4)));
  f.set(bounded, f32x4.neg(polynomial(bounded, erfFar)));
  const { shifted, tail } = reduceExp(f, bounded);
  const far = sub(f32x4.const(1), mul(add(tail, f32x4.const(1)), powerOfTwo(shifted)));
  const signed = v128.or(far, v128.and(x, i32x4.const(signBit)));
  f.set(near, v128.bitselect(near, signed, f32x4.lt(size, f32x4.const(0.92))));
  for (const local of [x, size, square, bounded, shifted, tail]) f.release(local);
  return near;
};

/** Names of the functions that are computed on vectors. */
export type VectorFunctionName =
  | 'exp'
  | 'expNonPositive'
  | 'expm1'
  | 'log'
  | 'log1p'
  | 'tanh'
  | 'erf'
  | 'sin'
  | 'cos'
  | 'tan';
/** The functions by name. */
export const vectorFunctions: Readonly<Record<VectorFunctionName, VectorFunction>> = {
  exp,
  expNonPositive,
  expm1,
  log,
  log1p,
  tanh,
  erf,
  sin,
  cos,
  tan,
};

/** Emits a function `v128 → v128` into a module, for code that would grow too large in line. */
export function emitVectorFunction(
  module: ModuleBuilder,
  name: VectorFunctionName,
  exported = false,
): FunctionReference<'v128'[], 'v128'> {
  return module.function({ name: `${name}F32x4`, parameters: { x: 'v128' }, result: 'v128', exported }, (f, { x }) =>
    f.leave(vectorFunctions[name](f, x, module)),
  );
}

/** The same function of one float: the same bits as in a vector. */
export function scalarFunction(
  module: ModuleBuilder,
  f: FunctionBuilder,
  name: VectorFunctionName,
  x: Expression<'f32'>,
): Expression<'f32'> {
  return f32x4.extractLane(vectorFunctions[name](f, f32x4.splat(x), module), 0);
}
