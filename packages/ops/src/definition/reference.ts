/**
 * Builders for plain references: obvious loops over host arrays, rounded to the dtype by the array that holds the result.
 */
import { type DType, isInteger, type NdArray, referenceArray, sizeOf, stridesOf, tryBroadcast } from '@deft/core';

/** Calls `visit` with every point of a shape, in row-major order, and its position. */
export function forEachPoint(
  shape: readonly number[],
  visit: (point: readonly number[], position: number) => void,
): void {
  const size = sizeOf(shape);
  const point = shape.map(() => 0);
  for (let position = 0; position < size; position++) {
    visit(point, position);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      point[axis] = (point[axis] as number) + 1;
      if ((point[axis] as number) < (shape[axis] as number)) break;
      point[axis] = 0;
    }
  }
}

/** An array of the given shape whose elements are a function of the point. */
export function generate(
  shape: readonly number[],
  dtype: DType,
  f: (point: readonly number[]) => number | boolean,
): NdArray {
  const data = referenceArray(dtype, sizeOf(shape));
  forEachPoint(shape, (point, position) => {
    data[position] = Number(f(point));
  });
  return { shape: [...shape], dtype, data };
}

/** The element at a point; axes of size 1 and missing leading axes are broadcast. */
export function elementAt(array: NdArray, point: readonly number[]): number {
  const strides = stridesOf(array.shape);
  const lead = point.length - array.shape.length;
  let position = 0;
  for (let axis = 0; axis < array.shape.length; axis++) {
    if (array.shape[axis] !== 1) position += (strides[axis] as number) * (point[lead + axis] as number);
  }
  return array.data[position] as number;
}

/**
 * The reference of an elementwise op: `f` on broadcast elements, or what is given for whole numbers. The result has the dtype
 * of the last input unless told.
 */
export function elementwise(
  // biome-ignore lint/suspicious/noExplicitAny: f takes as many numbers as the op has inputs
  f: (...values: any[]) => number | boolean,
  options: {
    readonly dtype?: DType;
    // biome-ignore lint/suspicious/noExplicitAny: as above
    readonly integer?: (...values: any[]) => number;
    // biome-ignore lint/suspicious/noExplicitAny: as above
    readonly int64?: (...values: any[]) => number;
  } = {},
): (inputs: readonly NdArray[]) => NdArray {
  return (inputs) => {
    const shape = tryBroadcast(inputs.map((input) => input.shape)) as number[];
    const inner = (inputs.at(-1) as NdArray).dtype;
    const compute = (inner === 'int64' && options.int64) || (isInteger(inner) && options.integer) || f;
    return generate(shape, options.dtype ?? inner, (point) =>
      compute(...inputs.map((input) => elementAt(input, point))),
    );
  };
}
