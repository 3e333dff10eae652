/**
 * The dtypes that are stored in one or two bytes. In code their elements are values of a wider type: `float16` and `bfloat16`
 * are float32 numbers that the small format holds exactly, `int8` and `uint8` are 32-bit integers in range. So loads and
 * stores convert without rounding, and only casts round or wrap.
 *
 * Four lanes are the only form written out; an element alone goes through a lane.
 */
import { type DType, internal } from '@deft/core';
import {
  type Expression as Code,
  type FunctionBuilder,
  f32,
  f32x4,
  f64,
  i8x16,
  i16x8,
  i32,
  i32x4,
  type Local,
  select,
  v128,
} from '../assembler/index.ts';

type V = Code<'v128'>;

/** Dtypes of this file. */
export type SmallDType = 'int8' | 'uint8' | 'float16' | 'bfloat16';

/** Whether a dtype is stored in one or two bytes. */
export function isSmall(dtype: DType): dtype is SmallDType {
  return dtype === 'int8' || dtype === 'uint8' || dtype === 'float16' || dtype === 'bfloat16';
}

/** Whether a dtype is one of the floats of two bytes. */
export function isHalf(dtype: DType): dtype is 'float16' | 'bfloat16' {
  return dtype === 'float16' || dtype === 'bfloat16';
}

const splat = (bits: number): V => i32x4.const(bits | 0);
const infinity = 0x7f800000;
/** 2⁻¹⁴ as a float32: below it float16 has a fixed quantum of 2⁻²⁴. */
const smallestNormalHalf = 0x38800000;

/** Stored bits in 32-bit lanes (zero-extended) as values. */
function decode(f: FunctionBuilder, dtype: SmallDType, lanesOfBits: V): V {
  switch (dtype) {
    case 'int8':
      return i32x4.shrS(i32x4.shl(lanesOfBits, i32.const(24)), i32.const(24));
    case 'uint8':
      return lanesOfBits;
    case 'bfloat16':
      return i32x4.shl(lanesOfBits, i32.const(16));
    case 'float16': {
      const bits = f.let(lanesOfBits, 'half');
      const magnitude = f.let(i32x4.shl(v128.and(bits, splat(0x7fff)), i32.const(13)), 'magnitude');
      // The exponents' biases differ by 112; the product also makes numbers of float16's subnormals.
      const finite = f32x4.mul(magnitude, f32x4.const(2 ** 112));
      const isFinite = i32x4.ltS(magnitude, splat(0x7c00 << 13));
      const size = v128.bitselect(finite, v128.or(magnitude, splat(infinity)), isFinite);
      return v128.or(size, i32x4.shl(v128.and(bits, splat(0x8000)), i32.const(16)));
    }
  }
}

/** Values as stored bits, in the low part of 32-bit lanes. */
function encode(f: FunctionBuilder, dtype: SmallDType, value: Local<'v128'>): V {
  switch (dtype) {
    case 'int8':
    case 'uint8':
      return value;
    case 'bfloat16':
      return i32x4.shrU(value, i32.const(16));
    case 'float16': {
      const magnitude = f.let(v128.and(value, splat(0x7fffffff)), 'magnitude');
      const normal = i32x4.sub(i32x4.shrU(magnitude, i32.const(13)), splat(112 << 10));
      const subnormal = i32x4.truncSatF32x4S(f32x4.mul(magnitude, f32x4.const(2 ** 24)));
      const finite = v128.bitselect(subnormal, normal, i32x4.ltS(magnitude, splat(smallestNormalHalf)));
      const quiet = v128.and(i32x4.gtS(magnitude, splat(infinity)), splat(0x0200));
      const special = v128.or(splat(0x7c00), quiet);
      const bits = v128.bitselect(special, finite, i32x4.geS(magnitude, splat(infinity)));
      return v128.or(bits, v128.and(i32x4.shrU(value, i32.const(16)), splat(0x8000)));
    }
  }
}

/** The nearest values of a half format, half to even. */
export function roundToHalf(f: FunctionBuilder, dtype: 'float16' | 'bfloat16', x: Local<'v128'>): V {
  const dropped = dtype === 'float16' ? 13 : 16;
  const magnitude = f.let(v128.and(x, splat(0x7fffffff)), 'magnitude');
  const isOdd = v128.and(i32x4.shrU(magnitude, i32.const(dropped)), splat(1));
  const half = splat(2 ** (dropped - 1) - 1);
  const raised = i32x4.add(i32x4.add(magnitude, half), isOdd);
  const nearest = f.let(v128.and(raised, splat(-(2 ** dropped))), 'nearest');
  let size: V = nearest;
  if (dtype === 'float16') {
    // From 2¹⁶ on there is only infinity, and where the quantum is fixed an addition rounds to it.
    size = v128.bitselect(splat(infinity), nearest, i32x4.geS(nearest, splat(0x47800000)));
    const fixed = f32x4.sub(f32x4.add(magnitude, f32x4.const(0.5)), f32x4.const(0.5));
    size = v128.bitselect(fixed, size, i32x4.ltS(magnitude, splat(smallestNormalHalf)));
  }
  const signed = v128.or(size, v128.and(x, splat(-0x80000000)));
  // NaN stays, with no bits but those that are stored.
  return v128.bitselect(splat(0x7fc00000), signed, i32x4.gtS(magnitude, splat(infinity)));
}

/** The float32 between which and a double no half lies: rounding it again gives what rounding the double would. */
function roundToOdd(f: FunctionBuilder, x: Code<'f64'>): Code<'f32'> {
  const value = f.let(x, 'double');
  const single = f.let(f32.demoteF64(value), 'single');
  const again = f.let(f64.promoteF32(single), 'again');
  const bits = f.let(i32.reinterpretF32(single), 'bits');
  const isInexact = i32.and(f64.ne(again, value), f64.eq(value, value));
  const truncated = i32.sub(bits, f64.gt(f64.abs(again), f64.abs(value)));
  return f32.reinterpretI32(select(isInexact, i32.or(truncated, 1), bits));
}

/** The nearest value of a half format to a double. */
export function doubleToHalf(f: FunctionBuilder, dtype: 'float16' | 'bfloat16', x: Code<'f64'>): Code<'f32'> {
  return singleToHalf(f, dtype, roundToOdd(f, x));
}

/** The nearest value of a half format to a float32. */
export function singleToHalf(f: FunctionBuilder, dtype: 'float16' | 'bfloat16', x: Code<'f32'>): Code<'f32'> {
  return f32x4.extractLane(roundToHalf(f, dtype, f.let(f32x4.splat(x))), 0);
}

/** One element as a value of the wider type. */
export function loadSmall(f: FunctionBuilder, dtype: SmallDType, address: Code<'i32'>, offset: number): Code {
  if (dtype === 'int8') return i32.load8S(address, offset);
  if (dtype === 'uint8') return i32.load8U(address, offset);
  if (dtype === 'bfloat16') return f32.reinterpretI32(i32.shl(i32.load16U(address, offset), 16));
  return f32x4.extractLane(decode(f, dtype, i32x4.splat(i32.load16U(address, offset))), 0);
}

/** Writes one element. */
export function storeSmall(
  f: FunctionBuilder,
  dtype: SmallDType,
  address: Code<'i32'>,
  value: Code,
  offset: number,
): void {
  if (!isHalf(dtype)) {
    f.store.i32Low8(address, value as Code<'i32'>, offset);
    return;
  }
  const bits = encode(f, dtype, f.let(f32x4.splat(value as Code<'f32'>)));
  f.store.i32Low16(address, i32x4.extractLane(bits, 0), offset);
}

/** Four consecutive elements. */
export function loadSmallVector(f: FunctionBuilder, dtype: SmallDType, address: Code<'i32'>, offset: number): V {
  if (isHalf(dtype)) return decode(f, dtype, i32x4.extendLowI16x8U(v128.load64Zero(address, offset)));
  const bytes = v128.load32Zero(address, offset);
  return dtype === 'int8'
    ? i32x4.extendLowI16x8S(i16x8.extendLowI8x16S(bytes))
    : i32x4.extendLowI16x8U(i16x8.extendLowI8x16U(bytes));
}

/** Four elements, so many bytes behind the address. */
export function loadSmallStrided(
  f: FunctionBuilder,
  dtype: SmallDType,
  address: Code<'i32'>,
  places: readonly Code<'i32'>[],
): V {
  const bitsAt = isHalf(dtype) ? i32.load16U : i32.load8U;
  let bits: V = i32x4.splat(bitsAt(address));
  for (let lane = 1; lane < 4; lane++)
    bits = i32x4.replaceLane(bits, bitsAt(i32.add(address, places[lane] as Code<'i32'>)), lane);
  return decode(f, dtype, bits);
}

/** Writes four consecutive elements. */
export function storeSmallVector(
  f: FunctionBuilder,
  dtype: SmallDType,
  address: Code<'i32'>,
  value: Local<'v128'>,
  offset: number,
): void {
  const bits = f.let(encode(f, dtype, value), 'bits');
  if (isHalf(dtype)) {
    f.store.lane64(address, i16x8.narrowI32x4U(bits, bits), 0, offset);
    return;
  }
  const words = f.let(i16x8.narrowI32x4S(bits, bits), 'words');
  const bytes = dtype === 'int8' ? i8x16.narrowI16x8S(words, words) : i8x16.narrowI16x8U(words, words);
  f.store.lane32(address, bytes, 0, offset);
}

/** 32-bit integers in lanes wrapped to a dtype of one byte. */
export function wrapLanes(dtype: 'int8' | 'uint8', x: V): V {
  if (dtype === 'uint8') return v128.and(x, splat(255));
  return i32x4.shrS(i32x4.shl(x, i32.const(24)), i32.const(24));
}

/** A 32-bit integer wrapped to a dtype of one byte. */
export function wrapElement(dtype: 'int8' | 'uint8', x: Code<'i32'>): Code<'i32'> {
  return dtype === 'uint8' ? i32.and(x, 255) : i32.extend8S(x);
}

/** 32-bit integers in lanes brought into the range of a dtype of one byte. */
export function clampLanes(dtype: 'int8' | 'uint8', x: V): V {
  const [lowest, highest] = dtype === 'int8' ? [-128, 127] : [0, 255];
  return i32x4.minS(i32x4.maxS(x, splat(lowest)), splat(highest));
}

/** The bits of an element of two bytes as an element of another dtype of two bytes. */
export function bitcastHalf(f: FunctionBuilder, from: DType, to: DType, x: Code): Code {
  if (!isHalf(from) || !isHalf(to)) return internal(`bitcast of ${from} to ${to}`);
  return f32x4.extractLane(bitcastHalfLanes(f, from, to, f.let(f32x4.splat(x as Code<'f32'>))), 0);
}

/** The same in four lanes. */
export function bitcastHalfLanes(
  f: FunctionBuilder,
  from: 'float16' | 'bfloat16',
  to: 'float16' | 'bfloat16',
  x: Local<'v128'>,
): V {
  return decode(f, to, encode(f, from, x));
}
