/**
 * Single elements on the host: what a number becomes in each dtype. Typed arrays round and wrap by themselves where their
 * class is the dtype's own; `float16` and `bfloat16` live in wider arrays and are rounded here.
 */
import { type DType, dtypes, numbersPerElement, type TypedArray } from './dtype.ts';

/** The nearest whole number, half to even: below 2⁵² adding and taking away 2⁵² rounds so; beyond, every double is whole. */
export function roundHalfToEven(x: number): number {
  const size = Math.abs(x);
  if (!(size < 2 ** 52)) return x;
  const rounded = size + 2 ** 52 - 2 ** 52;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}

/** The exponent of a finite positive number. log2 may be off by one beside powers of two. */
function exponentOf(size: number): number {
  const exponent = Math.floor(Math.log2(size));
  if (2 ** exponent > size) return exponent - 1;
  return 2 ** (exponent + 1) <= size ? exponent + 1 : exponent;
}

/**
 * The nearest number with `digits` binary digits and exponents from `lowest` to `highest`, half to even; beyond the largest
 * of them an infinity. Exact in doubles: the quantum is a power of two.
 */
function roundToFormat(x: number, digits: number, lowest: number, highest: number): number {
  const size = Math.abs(x);
  if (!(size > 0) || size === Number.POSITIVE_INFINITY) return x;
  const quantum = 2 ** (Math.max(exponentOf(size), lowest) - digits + 1);
  const rounded = roundHalfToEven(size / quantum) * quantum;
  const result = rounded >= 2 ** (highest + 1) ? Number.POSITIVE_INFINITY : rounded;
  return x < 0 ? -result : result;
}

/** The nearest number of IEEE 754's binary16. */
export function roundToFloat16(x: number): number {
  return roundToFormat(x, 11, -14, 15);
}

/** The nearest number of bfloat16, which is a float32 with the upper 16 bits only. */
export function roundToBfloat16(x: number): number {
  return roundToFormat(x, 8, -126, 127);
}

/** The 16 bits of each element of a float16 or bfloat16 array, and back: what backends store. */
interface HalfBits {
  readonly encode: (values: Float32Array) => Uint16Array;
  readonly decode: (bits: Uint16Array) => Float32Array;
}

const encodeBfloat16 = (values: Float32Array): Uint16Array => {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  // Values are rounded already; the only ones with low bits set are NaNs, which must stay NaNs.
  return Uint16Array.from(words, (word, i) => (Number.isNaN(values[i]) ? 0x7fc0 : word >>> 16));
};

const decodeBfloat16 = (bits: Uint16Array): Float32Array =>
  new Float32Array(Uint32Array.from(bits, (half) => half << 16).buffer);

function float16Bits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return sign | 0x7c00;
  if (size < 2 ** -14) return sign | (size * 2 ** 24);
  const exponent = exponentOf(size);
  return sign | ((exponent + 15) << 10) | ((size / 2 ** exponent - 1) * 1024);
}

function float16Value(half: number): number {
  const exponent = (half >> 10) & 31;
  const fraction = half & 1023;
  const size =
    exponent === 31
      ? fraction === 0
        ? Number.POSITIVE_INFINITY
        : Number.NaN
      : exponent === 0
        ? fraction * 2 ** -24
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return half & 0x8000 ? -size : size;
}

/** The storage of the dtypes that are wider on the host than in a backend. */
const halfBits: Readonly<Record<'float16' | 'bfloat16', HalfBits>> = {
  float16: {
    encode: (values) => Uint16Array.from(values, float16Bits),
    decode: (bits) => Float32Array.from(bits, float16Value),
  },
  bfloat16: { encode: encodeBfloat16, decode: decodeBfloat16 },
};

/** A host array as the bytes that backends store, and their number per element is `bytesOf(dtype)`. */
export function toStored(dtype: DType, data: TypedArray): TypedArray | Uint16Array {
  return dtype === 'float16' || dtype === 'bfloat16' ? halfBits[dtype].encode(data as Float32Array) : data;
}

/** The host array of stored bytes, which is given up to it. */
export function fromStored(dtype: DType, bytes: Uint8Array<ArrayBuffer>): TypedArray {
  const { array, bytes: size } = dtypes[dtype];
  const { buffer, byteOffset, byteLength } = bytes;
  if (dtype === 'float16' || dtype === 'bfloat16') {
    return halfBits[dtype].decode(new Uint16Array(buffer, byteOffset, byteLength / size));
  }
  return new array(buffer, byteOffset, (byteLength / size) * numbersPerElement(dtype));
}

/**
 * Whole numbers of 64 bits: fractions are cut off, bigints wrap, NaN is 0. Numbers beyond the ends become the ends, so that
 * 2⁶³, the nearest double, can stand for the largest.
 */
function toInt64(value: number | bigint): bigint {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value);
  if (Math.abs(value) < 2 ** 63) return BigInt(Math.trunc(value));
  return Number.isNaN(value) ? 0n : value > 0 ? 2n ** 63n - 1n : -(2n ** 63n);
}

/**
 * A value as an element of a dtype: rounded, wrapped, or 0 and 1 for bool. An `int64` is a `bigint` at run time, which the
 * type does not say (see `TypedArray`). A `complex64` has no single element: its parts are float32.
 */
export function toElement(dtype: DType, value: number | bigint): number {
  switch (dtype) {
    case 'float32':
    case 'complex64':
      return Math.fround(Number(value));
    case 'float64':
      return Number(value);
    case 'float16':
      return roundToFloat16(Number(value));
    case 'bfloat16':
      return roundToBfloat16(Number(value));
    case 'int64':
      return toInt64(value) as unknown as number;
    case 'bool':
      // biome-ignore lint/suspicious/noDoubleEquals: 0 and 0n are both zero
      return value != 0 ? 1 : 0;
    default:
      return wrap(dtype, typeof value === 'bigint' ? Number(BigInt.asIntN(32, value)) : value);
  }
}

function wrap(dtype: 'int8' | 'uint8' | 'int32' | 'uint32', value: number): number {
  switch (dtype) {
    case 'int8':
      return (value << 24) >> 24;
    case 'uint8':
      return value & 255;
    case 'int32':
      return value | 0;
    case 'uint32':
      return value >>> 0;
  }
}

/** A host array of a dtype with the given numbers, rounded and wrapped to it. */
export function elementsOf(dtype: DType, values: ArrayLike<number | bigint | boolean>): TypedArray {
  const data = new dtypes[dtype].array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number | bigint | boolean;
    data[i] = toElement(dtype, typeof value === 'boolean' ? Number(value) : value);
  }
  return data;
}

/**
 * Complex numbers as backends see them: all real parts, then all imaginary ones, so that both are contiguous. On the host
 * they take turns.
 */
export function toPlanes(turns: TypedArray): TypedArray {
  const planes = turns.slice();
  const count = turns.length / 2;
  for (let i = 0; i < count; i++) {
    planes[i] = turns[2 * i] as number;
    planes[count + i] = turns[2 * i + 1] as number;
  }
  return planes;
}

/** The inverse of `toPlanes`. */
export function fromPlanes(planes: TypedArray): TypedArray {
  const turns = planes.slice();
  const count = planes.length / 2;
  for (let i = 0; i < count; i++) {
    turns[2 * i] = planes[i] as number;
    turns[2 * i + 1] = planes[count + i] as number;
  }
  return turns;
}
