/**
 * Scalar ops on one element: `float32` is an `f32`, `float64` an `f64`, integers an `i32`, `int64` an `i64`, `bool` an `i32`
 * that is 0 or 1; small dtypes are values of a wider type (`small-dtypes.ts`).
 */
import { type DType, internal, toElement } from '@deft/core';
import type { BinaryScalar, ComparisonScalar, UnaryScalar } from '@deft/kernel';
import {
  type Expression as Code,
  type FunctionBuilder,
  f32,
  f32x4,
  f64,
  i32,
  i32x4,
  i64,
  type ModuleBuilder,
  select,
} from '../assembler/index.ts';
import { importHostFunction } from './host-functions.ts';
import { int64Binary, int64Compare, int64Unary } from './int64-code.ts';
import { vectorFunction } from './math-functions.ts';
import {
  bitcastHalf,
  clampLanes,
  doubleToHalf,
  isHalf,
  isSmall,
  loadSmall,
  singleToHalf,
  storeSmall,
  wrapElement,
} from './small-dtypes.ts';

type I = Code<'i32'>;
type F = Code<'f32'>;
type D = Code<'f64'>;
type L = Code<'i64'>;

/** A constant of a dtype. */
export function scalarConstant(dtype: DType, value: number): Code {
  if (dtype === 'float32' || isHalf(dtype)) return f32.const(toElement(dtype, value));
  if (dtype === 'float64') return f64.const(value);
  if (dtype === 'int64') return i64.const(toElement('int64', value));
  if (dtype === 'bool') return i32.const(value !== 0 ? 1 : 0);
  return i32.const(toElement(dtype, value) | 0);
}

/** Reads an element at an address. */
export function loadScalar(f: FunctionBuilder, dtype: DType, address: I, offset = 0): Code {
  if (isSmall(dtype)) return loadSmall(f, dtype, address, offset);
  if (dtype === 'int64') return i64.load(address, offset);
  if (dtype === 'float32') return f32.load(address, offset);
  if (dtype === 'float64') return f64.load(address, offset);
  if (dtype === 'bool') return i32.load8U(address, offset);
  return i32.load(address, offset);
}

/** Writes an element at an address. */
export function storeScalar(f: FunctionBuilder, dtype: DType, address: I, value: Code, offset = 0): void {
  if (isSmall(dtype)) storeSmall(f, dtype, address, value, offset);
  else if (dtype === 'int64') f.store.i64(address, value as L, offset);
  else if (dtype === 'float32') f.store.f32(address, value as F, offset);
  else if (dtype === 'float64') f.store.f64(address, value as D, offset);
  else if (dtype === 'bool') f.store.i32Low8(address, value as I, offset);
  else f.store.i32(address, value as I, offset);
}

/** The methods that float32 and float64 share, seen as those of one type. */
const floatOps = (dtype: DType): typeof f64 => (dtype === 'float32' ? (f32 as unknown as typeof f64) : f64);

const instructions: Partial<Record<UnaryScalar, 'neg' | 'abs' | 'floor' | 'ceil' | 'nearest' | 'trunc' | 'sqrt'>> = {
  neg: 'neg',
  abs: 'abs',
  floor: 'floor',
  ceil: 'ceil',
  round: 'nearest',
  trunc: 'trunc',
  sqrt: 'sqrt',
};

/** Calls the host's function on one element. */
function callHost(
  module: ModuleBuilder,
  f: FunctionBuilder,
  op: UnaryScalar | BinaryScalar,
  dtype: DType,
  values: readonly Code[],
): Code {
  const target = importHostFunction(module, op, dtype, values.length as 1 | 2);
  const call = f.call as (target: unknown, ...args: readonly Code[]) => Code;
  if (dtype !== 'float32') return call.call(f, target, ...values);
  return f32.demoteF64(call.call(f, target, ...values.map((value) => f64.promoteF32(value as F))) as D);
}

function integerUnary(op: UnaryScalar, dtype: DType, x: I): Code {
  switch (op) {
    case 'neg':
      return i32.sub(0, x);
    case 'abs':
      return dtype === 'uint32' ? x : select(i32.ltS(x, 0), i32.sub(0, x), x);
    case 'sign':
      return dtype === 'uint32' ? i32.ne(x, 0) : i32.sub(i32.gtS(x, 0), i32.ltS(x, 0));
    case 'floor':
    case 'ceil':
    case 'round':
    case 'trunc':
      return x;
    case 'not':
      return dtype === 'bool' ? i32.eqz(x) : i32.xor(x, -1);
    case 'isNaN':
      return i32.const(0);
    default:
      return internal(`scalar ${op} of ${dtype}`);
  }
}

/** A function of one element, which is in a local. */
export function scalarUnary(module: ModuleBuilder, f: FunctionBuilder, op: UnaryScalar, dtype: DType, x: Code): Code {
  if (dtype === 'int64') return int64Unary(op, x as L);
  if (dtype !== 'float32' && dtype !== 'float64') return integerUnary(op, dtype, x as I);
  const ops = floatOps(dtype);
  const value = x as D;
  const instruction = instructions[op];
  if (instruction !== undefined) return ops[instruction](value);
  if (op === 'isNaN') return ops.ne(value, value);
  if (op === 'sign') {
    // Zeros keep their sign and NaN stays: only the others are replaced by ±1.
    const unit = ops.copysign(ops.const(1), value);
    return select(i32.or(ops.gt(value, 0), ops.lt(value, 0)), unit, value);
  }
  const onVectors = vectorFunction(module, op, dtype);
  if (onVectors !== undefined) return f32x4.extractLane(f.call(onVectors, f32x4.splat(x as F)), 0);
  return callHost(module, f, op, dtype, [x]);
}

function integerDivide(op: 'div' | 'rem', dtype: DType, x: I, y: I): Code {
  // A zero divisor gives 0, and the one overflow (lowest / −1) wraps; both would trap, so they divide by 1 instead.
  const safe = dtype === 'uint32' ? i32.or(y, i32.eqz(y)) : select(i32.or(i32.eqz(y), i32.eq(y, -1)), i32.const(1), y);
  const quotient =
    dtype === 'uint32'
      ? op === 'div'
        ? i32.divU(x, safe)
        : i32.remU(x, safe)
      : op === 'div'
        ? i32.divS(x, safe)
        : i32.remS(x, safe);
  const nonZero = select(i32.eqz(y), i32.const(0), quotient);
  return dtype === 'int32' && op === 'div' ? select(i32.eq(y, -1), i32.sub(0, x), nonZero) : nonZero;
}

function integerBinary(op: BinaryScalar, dtype: DType, x: I, y: I): Code | undefined {
  const signed = dtype === 'int32';
  switch (op) {
    case 'add':
      return i32.add(x, y);
    case 'sub':
      return i32.sub(x, y);
    case 'mul':
      return i32.mul(x, y);
    case 'div':
    case 'rem':
      return integerDivide(op, dtype, x, y);
    case 'max':
      return select(signed ? i32.gtS(x, y) : i32.gtU(x, y), x, y);
    case 'min':
      return select(signed ? i32.ltS(x, y) : i32.ltU(x, y), x, y);
    case 'and':
      return i32.and(x, y);
    case 'or':
      return i32.or(x, y);
    case 'xor':
      return i32.xor(x, y);
    case 'shiftLeft':
      return i32.shl(x, y);
    case 'shiftRight':
      return signed ? i32.shrS(x, y) : i32.shrU(x, y);
    default:
      return undefined;
  }
}

/** A function of two elements, which are in locals. */
export function scalarBinary(
  module: ModuleBuilder,
  f: FunctionBuilder,
  op: BinaryScalar,
  dtype: DType,
  x: Code,
  y: Code,
): Code {
  if (dtype === 'float32' || dtype === 'float64') {
    const ops = floatOps(dtype);
    if (op === 'add' || op === 'sub' || op === 'mul' || op === 'div' || op === 'max' || op === 'min')
      return ops[op](x as D, y as D);
    return callHost(module, f, op, dtype, [x, y]);
  }
  if (dtype === 'int64') return int64Binary(op, x as L, y as L) ?? callHost(module, f, op, dtype, [x, y]);
  return integerBinary(op, dtype, x as I, y as I) ?? callHost(module, f, op, dtype, [x, y]);
}

/** A comparison of two elements. */
export function scalarCompare(op: ComparisonScalar, dtype: DType, x: Code, y: Code): I {
  if (dtype === 'float32' || dtype === 'float64') {
    const ops = floatOps(dtype);
    const names = {
      equal: 'eq',
      notEqual: 'ne',
      less: 'lt',
      lessEqual: 'le',
      greater: 'gt',
      greaterEqual: 'ge',
    } as const;
    return ops[names[op]](x as D, y as D);
  }
  if (dtype === 'int64') return int64Compare(op, x as L, y as L);
  const signed = dtype === 'int32';
  const [a, b] = [x as I, y as I];
  switch (op) {
    case 'equal':
      return i32.eq(a, b);
    case 'notEqual':
      return i32.ne(a, b);
    case 'less':
      return signed ? i32.ltS(a, b) : i32.ltU(a, b);
    case 'lessEqual':
      return signed ? i32.leS(a, b) : i32.leU(a, b);
    case 'greater':
      return signed ? i32.gtS(a, b) : i32.gtU(a, b);
    case 'greaterEqual':
      return signed ? i32.geS(a, b) : i32.geU(a, b);
  }
}

/** A value of any dtype as a double. */
function toDouble(from: DType, x: Code): D {
  if (from === 'float64') return x as D;
  if (from === 'float32' || isHalf(from)) return f64.promoteF32(x as F);
  if (from === 'int64') return f64.convertI64S(x as L);
  return from === 'uint32' ? f64.convertI32U(x as I) : f64.convertI32S(x as I);
}

/** A value of any dtype as a 32-bit integer: floats saturate, longer integers wrap. */
function toWord(from: DType, to: DType, x: Code): I {
  if (from === 'float32' || isHalf(from)) return to === 'uint32' ? i32.truncSatF32U(x as F) : i32.truncSatF32S(x as F);
  if (from === 'float64') return to === 'uint32' ? i32.truncSatF64U(x as D) : i32.truncSatF64S(x as D);
  return from === 'int64' ? i32.wrapI64(x as L) : (x as I);
}

/** A value of any dtype as a 64-bit integer. */
function toLong(from: DType, x: Code): L {
  if (from === 'float32' || isHalf(from)) return i64.truncSatF32S(x as F);
  if (from === 'float64') return i64.truncSatF64S(x as D);
  if (from === 'int64') return x as L;
  return from === 'uint32' ? i64.extendI32U(x as I) : i64.extendI32S(x as I);
}

/** A conversion of one element, which is in a local. */
export function scalarCast(f: FunctionBuilder, from: DType, to: DType, x: Code): Code {
  const isSingle = from === 'float32' || isHalf(from);
  const isFloat = isSingle || from === 'float64';
  switch (to) {
    case 'bool':
      if (isSingle) return f32.ne(x as F, 0);
      if (from === 'int64') return i64.ne(x as L, 0n);
      return from === 'float64' ? f64.ne(x as D, 0) : i32.ne(x as I, 0);
    case 'float32':
      if (isSingle) return x;
      // A double holds every other element but long integers, which round twice as they do on the host.
      return from === 'float64' || from === 'int64' ? f32.demoteF64(toDouble(from, x)) : wordToSingle(from, x as I);
    case 'float16':
    case 'bfloat16':
      return isSingle ? singleToHalf(f, to, x as F) : doubleToHalf(f, to, toDouble(from, x));
    case 'float64':
      return toDouble(from, x);
    case 'int64':
      return toLong(from, x);
    case 'int8':
    case 'uint8': {
      const word = toWord(from, 'int32', x);
      return isFloat ? i32x4.extractLane(clampLanes(to, i32x4.splat(word)), 0) : wrapElement(to, word);
    }
    case 'int32':
    case 'uint32':
      return toWord(from, to, x);
    case 'complex64':
      return internal('complex numbers have no scalar code');
  }
}

function wordToSingle(from: DType, x: I): F {
  return from === 'uint32' ? f32.convertI32U(x) : f32.convertI32S(x);
}

/** The same bits in another dtype of the same size. */
export function scalarBitcast(f: FunctionBuilder, from: DType, to: DType, x: Code): Code {
  if (from === to) return x;
  if (from === 'float64') return i64.reinterpretF64(x as D);
  if (to === 'float64') return f64.reinterpretI64(x as L);
  if (from === 'float32') return i32.reinterpretF32(x as F);
  if (to === 'float32') return f32.reinterpretI32(x as I);
  if (to === 'int8' || to === 'uint8') return wrapElement(to, x as I);
  return isHalf(from) ? bitcastHalf(f, from, to, x) : x;
}
