/**
 * Runs an op's plain reference. References are written with JavaScript numbers, so an `int64` comes to them in a
 * `Float64Array` and is exact up to 2⁵³; where that is not enough an error says so. They may leave the rounding of results
 * to the arrays that hold them, and what lives in wider arrays on the host is rounded here.
 */
import { abstractValue } from './abstract-value.ts';
import { allocate, type DType, type TypedArray } from './dtype.ts';
import { elementsOf } from './element.ts';
import { internal, raise } from './errors.ts';
import type { NdArray } from './nd-array.ts';
import type { Attributes, Operation } from './operation.ts';

/** The ends of the range, as doubles: what a reduction of nothing gives. */
const isExact = (value: number): boolean => Math.abs(value) <= Number.MAX_SAFE_INTEGER || Math.abs(value) === 2 ** 63;

function exact(operation: Operation, array: NdArray, values: Float64Array): Float64Array {
  if (!values.every(isExact)) {
    raise('E_VALUE', {
      op: operation.name,
      operands: [abstractValue(array.shape, array.dtype)],
      says: 'the plain references hold whole numbers up to 2⁵³ only',
      hint: 'install a backend (import @deft/tensor), which computes with all 64 bits',
    });
  }
  return values;
}

function forReference(operation: Operation, array: NdArray): NdArray {
  if (array.dtype !== 'int64') return array;
  const data = exact(operation, array, Float64Array.from(array.data as Iterable<number>, Number));
  return { ...array, data };
}

function fromReference(operation: Operation, array: NdArray): NdArray {
  switch (array.dtype) {
    case 'float16':
    case 'bfloat16':
      return { ...array, data: elementsOf(array.dtype, array.data) };
    case 'int64': {
      const values = exact(operation, array, Float64Array.from(array.data as Iterable<number>, Number));
      return { ...array, data: elementsOf('int64', values) };
    }
    default:
      return array;
  }
}

/** The op's results on host arrays. Throws `E_VALUE` where an `int64` goes beyond what a double holds exactly. */
export function runReference(
  operation: Operation,
  inputs: readonly NdArray[],
  attributes: Attributes,
): readonly NdArray[] {
  const { reference } = operation;
  if (!reference) internal(`op ${operation.name} has no reference`);
  // What the host computes anyway gets the numbers as they are.
  if (operation.host !== undefined) return reference(inputs, attributes);
  const results = reference(
    inputs.map((input) => forReference(operation, input)),
    attributes,
  );
  return results.map((array) => fromReference(operation, array));
}

/** A zero-filled array for a reference's result: doubles stand for `int64`. */
export function referenceArray(dtype: DType, length: number): TypedArray {
  return dtype === 'int64' ? new Float64Array(length) : allocate(dtype, length);
}
