/**
 * Scalar ops on four elements at once, in a `v128`: `float32` lanes, 32-bit integer lanes, and `bool` as lanes that are
 * all ones or all zeros. Small dtypes are lanes of a wider type (`small-dtypes.ts`). What SIMD has no instruction for is done lane by lane with the scalar code.
 */
import { type DType, internal, toElement } from '@deft/core';
import type { BinaryScalar, ComparisonScalar, UnaryScalar } from '@deft/kernel';
import {
  type Expression as Code,
  type FunctionBuilder,
  f32x4,
  i8x16,
  i16x8,
  i32,
  i32x4,
  type Local,
  type ModuleBuilder,
  v128,
} from '../assembler/index.ts';
import { applyVectorFunction } from './math-functions.ts';
import { scalarBinary, scalarCast, scalarUnary } from './scalar-code.ts';
import {
  bitcastHalfLanes,
  clampLanes,
  isHalf,
  isSmall,
  loadSmallStrided,
  loadSmallVector,
  roundToHalf,
  storeSmallVector,
  wrapLanes,
} from './small-dtypes.ts';

type V = Code<'v128'>;
type I = Code<'i32'>;

/** Lanes of a vector. */
export const lanes = 4;

/** Whether elements of a dtype fill 4-byte lanes (bool is widened to them). */
export function fitsLanes(dtype: DType): boolean {
  return dtype !== 'float64' && dtype !== 'int64';
}

/** Whether elements are float32 numbers in lanes. */
function isSingle(dtype: DType): boolean {
  return dtype === 'float32' || isHalf(dtype);
}

/** A constant in all lanes. */
export function vectorConstant(dtype: DType, value: number): V {
  if (isSingle(dtype)) return f32x4.const(toElement(dtype, value));
  if (dtype === 'bool') return i32x4.const(value !== 0 ? -1 : 0);
  return i32x4.const(toElement(dtype, value) | 0);
}

/** One element in all lanes. */
export function splat(dtype: DType, value: Code): V {
  if (isSingle(dtype)) return f32x4.splat(value as Code<'f32'>);
  if (dtype === 'bool') return i32x4.splat(i32.sub(0, value as I));
  return i32x4.splat(value as I);
}

/** One lane as an element. */
export function extract(dtype: DType, value: V, lane: number): Code {
  if (isSingle(dtype)) return f32x4.extractLane(value, lane);
  if (dtype === 'bool') return i32.and(i32x4.extractLane(value, lane), 1);
  return i32x4.extractLane(value, lane);
}

/** A vector with one lane replaced by an element. */
export function insert(dtype: DType, value: V, lane: number, element: Code): V {
  if (isSingle(dtype)) return f32x4.replaceLane(value, element as Code<'f32'>, lane);
  if (dtype === 'bool') return i32x4.replaceLane(value, i32.sub(0, element as I), lane);
  return i32x4.replaceLane(value, element as I, lane);
}

/** Four consecutive elements. */
export function loadVector(f: FunctionBuilder, dtype: DType, address: I, offset: number): V {
  if (isSmall(dtype)) return loadSmallVector(f, dtype, address, offset);
  if (dtype !== 'bool') return v128.load(address, offset);
  const words = i32x4.extendLowI16x8U(i16x8.extendLowI8x16U(v128.load32Zero(address, offset)));
  return i32x4.ne(words, i32x4.const(0));
}

/** Four elements, so many bytes behind the address. */
export function loadStrided(f: FunctionBuilder, dtype: DType, address: I, places: readonly I[]): V {
  const at = (lane: number): I => i32.add(address, places[lane] as I);
  if (isSmall(dtype)) return loadSmallStrided(f, dtype, address, places);
  if (dtype === 'bool') {
    let bytes: V = v128.const(new Array<number>(16).fill(0));
    for (let lane = 0; lane < lanes; lane++) bytes = i32x4.replaceLane(bytes, i32.load8U(at(lane)), lane);
    return i32x4.ne(bytes, i32x4.const(0));
  }
  let result: V = v128.load32Zero(address);
  for (let lane = 1; lane < lanes; lane++) result = v128.load32Lane(at(lane), result, lane);
  return result;
}

/** Writes four consecutive elements. */
export function storeVector(f: FunctionBuilder, dtype: DType, address: I, value: Local<'v128'>, offset = 0): void {
  if (isSmall(dtype)) {
    storeSmallVector(f, dtype, address, value, offset);
    return;
  }
  if (dtype !== 'bool') {
    f.store.v128(address, value, offset);
    return;
  }
  const words = i16x8.narrowI32x4S(value, value);
  const bytes = i8x16.narrowI16x8S(words, words);
  f.store.lane32(address, v128.and(bytes, i8x16.splat(i32.const(1))), 0, offset);
}

/** Applies scalar code to every lane. */
function byLane(f: FunctionBuilder, resultDtype: DType, compute: (lane: number) => Code): V {
  const result = f.local('v128', 'byLane');
  f.set(result, v128.const(new Array<number>(16).fill(0)));
  for (let lane = 0; lane < lanes; lane++) f.set(result, insert(resultDtype, result, lane, compute(lane)));
  return result;
}

const floatUnary: Partial<Record<UnaryScalar, (x: V) => V>> = {
  neg: f32x4.neg,
  abs: f32x4.abs,
  floor: f32x4.floor,
  ceil: f32x4.ceil,
  round: f32x4.nearest,
  trunc: f32x4.trunc,
  sqrt: f32x4.sqrt,
  isNaN: (x) => f32x4.ne(x, x),
  sign: (x) => {
    const isNonZero = v128.or(f32x4.gt(x, f32x4.const(0)), f32x4.lt(x, f32x4.const(0)));
    const unit = v128.or(v128.and(x, i32x4.const(-0x80000000)), f32x4.const(1));
    return v128.bitselect(unit, x, isNonZero);
  },
};

const integerUnary: Partial<Record<UnaryScalar, (x: V, dtype: DType) => V>> = {
  neg: (x) => i32x4.neg(x),
  abs: (x, dtype) => (dtype === 'uint32' ? x : i32x4.abs(x)),
  floor: (x) => x,
  ceil: (x) => x,
  round: (x) => x,
  trunc: (x) => x,
  not: (x) => v128.not(x),
  isNaN: () => i32x4.const(0),
};

/** A function of four elements, which are in a local. */
export function vectorUnary(
  module: ModuleBuilder,
  f: FunctionBuilder,
  op: UnaryScalar,
  dtype: DType,
  x: Local<'v128'>,
): V {
  const direct = dtype === 'float32' ? floatUnary[op]?.(x) : integerUnary[op]?.(x, dtype);
  if (direct !== undefined) return direct;
  const onVectors = applyVectorFunction(module, f, op, dtype, x);
  if (onVectors !== undefined) return onVectors;
  return byLane(f, dtype, (lane) => scalarUnary(module, f, op, dtype, f.let(extract(dtype, x, lane))));
}

const floatBinary: Partial<Record<BinaryScalar, (x: V, y: V) => V>> = {
  add: f32x4.add,
  sub: f32x4.sub,
  mul: f32x4.mul,
  div: f32x4.div,
  max: f32x4.max,
  min: f32x4.min,
};

const integerBinary: Partial<Record<BinaryScalar, (x: V, y: V, dtype: DType) => V>> = {
  add: i32x4.add,
  sub: i32x4.sub,
  mul: i32x4.mul,
  // Bool lanes are 0 or −1: as unsigned numbers the set lane is the greater one.
  max: (x, y, dtype) => (dtype === 'int32' ? i32x4.maxS(x, y) : i32x4.maxU(x, y)),
  min: (x, y, dtype) => (dtype === 'int32' ? i32x4.minS(x, y) : i32x4.minU(x, y)),
  and: v128.and,
  or: v128.or,
  xor: v128.xor,
};

/** A function of twice four elements, which are in locals; `shift` is the count where `y` is known to be constant. */
export function vectorBinary(
  module: ModuleBuilder,
  f: FunctionBuilder,
  op: BinaryScalar,
  dtype: DType,
  x: Local<'v128'>,
  y: Local<'v128'>,
  shift?: number,
): V {
  const direct = dtype === 'float32' ? floatBinary[op]?.(x, y) : integerBinary[op]?.(x, y, dtype);
  if (direct !== undefined) return direct;
  if (shift !== undefined && op === 'shiftLeft') return i32x4.shl(x, i32.const(shift));
  if (shift !== undefined && op === 'shiftRight') {
    return dtype === 'int32' ? i32x4.shrS(x, i32.const(shift)) : i32x4.shrU(x, i32.const(shift));
  }
  return byLane(f, dtype, (lane) =>
    scalarBinary(module, f, op, dtype, f.let(extract(dtype, x, lane)), f.let(extract(dtype, y, lane))),
  );
}

/** A comparison of twice four elements. */
export function vectorCompare(op: ComparisonScalar, dtype: DType, x: V, y: V): V {
  if (dtype === 'float32') {
    const names = {
      equal: 'eq',
      notEqual: 'ne',
      less: 'lt',
      lessEqual: 'le',
      greater: 'gt',
      greaterEqual: 'ge',
    } as const;
    return f32x4[names[op]](x, y);
  }
  const sign = dtype === 'int32' ? 'S' : 'U';
  const names = {
    equal: 'eq',
    notEqual: 'ne',
    less: `lt${sign}`,
    lessEqual: `le${sign}`,
    greater: `gt${sign}`,
    greaterEqual: `ge${sign}`,
  } as const;
  return i32x4[names[op]](x, y);
}

/** A conversion of four elements, which are in a local. */
export function vectorCast(f: FunctionBuilder, from: DType, to: DType, x: Local<'v128'>): V {
  const fromSingle = isSingle(from);
  if (!fitsLanes(from) || !fitsLanes(to)) return internal(`a cast of ${from} to ${to} in lanes`);
  if (to === 'bool') return fromSingle ? f32x4.ne(x, f32x4.const(0)) : i32x4.ne(x, i32x4.const(0));
  if (from === 'bool') return v128.and(x, isSingle(to) ? f32x4.const(1) : i32x4.const(1));
  if (isHalf(to)) {
    if (fromSingle) return roundToHalf(f, to, x);
    return byLane(f, to, (lane) => scalarCast(f, from, to, f.let(extract(from, x, lane))));
  }
  if (to === 'float32') {
    if (fromSingle) return x;
    return from === 'uint32' ? f32x4.convertI32x4U(x) : f32x4.convertI32x4S(x);
  }
  if (to === 'uint32') return fromSingle ? i32x4.truncSatF32x4U(x) : x;
  const words = fromSingle ? i32x4.truncSatF32x4S(x) : x;
  if (to === 'int8' || to === 'uint8') return fromSingle ? clampLanes(to, words) : wrapLanes(to, words);
  return words;
}

/** The same bits of four elements in another dtype of the same size. */
export function vectorBitcast(f: FunctionBuilder, from: DType, to: DType, x: Local<'v128'>): V {
  if (to === 'int8' || to === 'uint8') return wrapLanes(to, x);
  return isHalf(from) && isHalf(to) && from !== to ? bitcastHalfLanes(f, from, to, x) : x;
}
