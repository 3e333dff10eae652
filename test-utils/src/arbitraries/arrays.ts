/**
 * Random dtypes, elements and host arrays. `typical` elements are of moderate size; `special` ones mix in what arithmetic
 * breaks on: NaN, infinities, negative zero, denormals, the ends of the range.
 */
import { type DType, dtypeNames, dtypes, isComplex, isFloating, isInteger, type NdArray, nd, sizeOf } from '@deft/core';
import fc from 'fast-check';
import { anyShape, type ShapeOptions } from './shapes.ts';

/** Which elements an array has. */
export type ElementChoice = 'typical' | 'special';

/** Options of random arrays; what is left out is random. */
export interface ArrayOptions extends ShapeOptions {
  readonly shape?: readonly number[];
  readonly dtype?: DType;
  /** `typical` unless told. */
  readonly elements?: ElementChoice;
}

const realDTypes = dtypeNames.filter((name) => !isComplex(name));

/** A dtype of real numbers; `floating` for those that have derivatives. */
export function anyDType(which: 'all' | 'floating' | 'numeric' = 'all'): fc.Arbitrary<DType> {
  const names = realDTypes.filter(
    (name) => which === 'all' || (which === 'numeric' ? name !== 'bool' : isFloating(name)),
  );
  return fc.constantFrom(...names);
}

const specialFloats: Record<'float16' | 'bfloat16' | 'float32' | 'float64', readonly number[]> = {
  float16: [2 ** -24, -(2 ** -24), 2 ** -14 - 2 ** -24, 2 ** -14, 65504, -65504],
  bfloat16: [2 ** -133, -(2 ** -133), 2 ** -126, (2 - 2 ** -7) * 2 ** 127, 256],
  float32: [
    2 ** -149,
    -(2 ** -149),
    2 ** -126 - 2 ** -149,
    2 ** -126,
    (2 - 2 ** -23) * 2 ** 127,
    -(2 - 2 ** -23) * 2 ** 127,
    2 ** 24,
  ],
  float64: [Number.MIN_VALUE, -Number.MIN_VALUE, 2 ** -1022, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 53],
};

const endsOfRange: Record<'int8' | 'uint8' | 'int32' | 'uint32' | 'int64', readonly number[]> = {
  int8: [0, 1, -1, -128, 127],
  uint8: [0, 1, 128, 255],
  int64: [0, 1, -1, 2 ** 31, 2 ** 40, -(2 ** 53)],
  int32: [0, 1, -1, -(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 1, 2 ** 31, 2 ** 32 - 1],
};

/** An element of a dtype. */
export function anyElement(dtype: DType, choice: ElementChoice = 'typical'): fc.Arbitrary<number> {
  if (dtype === 'bool') return fc.constantFrom(0, 1);
  if (isInteger(dtype)) {
    const typical = fc.integer({ min: dtypes[dtype].kind === 'int' ? -20 : 0, max: 20 });
    return choice === 'typical'
      ? typical
      : fc.oneof(typical, fc.constantFrom(...endsOfRange[dtype as keyof typeof endsOfRange]));
  }
  // Multiples of 1/64 up to 8 are exact in every float, so that sums and products of a few have no rounding of their own.
  const typical = fc.integer({ min: -512, max: 512 }).map((n) => n / 64);
  if (choice === 'typical') return typical;
  return fc.oneof(
    { weight: 3, arbitrary: typical },
    {
      weight: 1,
      arbitrary: fc.constantFrom(0, -0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    },
    { weight: 1, arbitrary: fc.constantFrom(...specialFloats[dtype as keyof typeof specialFloats]) },
    { weight: 1, arbitrary: dtype === 'float64' ? fc.double({ noNaN: true }) : fc.float({ noNaN: true }) },
  );
}

/** A host array of a random or given shape and dtype. */
export function anyArray(options: ArrayOptions = {}): fc.Arbitrary<NdArray> {
  const shape = options.shape === undefined ? anyShape(options) : fc.constant([...options.shape]);
  const dtype = options.dtype === undefined ? anyDType() : fc.constant(options.dtype);
  return fc.tuple(shape, dtype).chain(([dims, type]) => {
    const length = sizeOf(dims);
    return fc
      .array(anyElement(type, options.elements), { minLength: length, maxLength: length, size: 'max' })
      .map((elements) => nd(dims, elements, type));
  });
}
