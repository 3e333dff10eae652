/**
 * Nested JavaScript arrays as host arrays: finds the shape, checks that no row is ragged and every leaf is a number or a
 * boolean, and chooses the dtype (booleans make `bool`, bigints `int64`, numbers `float32`, unless told).
 */
import { type DType, elementsOf, isComplex, type NdArray, raise, shapeText } from '@deft/core';

/** Numbers or booleans nested in arrays to any depth. */
export type NestedNumbers = readonly (number | bigint | boolean | NestedNumbers)[];

function shapeOfNested(value: unknown): number[] {
  const shape: number[] = [];
  let level = value;
  while (Array.isArray(level)) {
    shape.push(level.length);
    level = level[0];
  }
  return shape;
}

/** The array that nested arrays (or one number) spell. Throws `E_SHAPE` on ragged rows, `E_ARGUMENT` on other leaves. */
export function arrayFromNested(op: string, argument: string, value: unknown, dtype?: DType): NdArray {
  const shape = shapeOfNested(value);
  const leaves: (number | bigint | boolean)[] = [];
  const visit = (part: unknown, axis: number, path: string): void => {
    if (axis === shape.length) {
      if (typeof part !== 'number' && typeof part !== 'boolean' && typeof part !== 'bigint') {
        const found = Array.isArray(part) ? 'an array' : part === null ? 'null' : typeof part;
        raise(Array.isArray(part) ? 'E_SHAPE' : 'E_ARGUMENT', {
          op,
          argument: argument + path,
          expected: 'a number',
          found,
        });
      }
      leaves.push(part);
      return;
    }
    if (!Array.isArray(part) || part.length !== shape[axis]) {
      raise('E_SHAPE', {
        op,
        argument: argument + path,
        expected: `${shape[axis]} entries as in the first row (shape ${shapeText(shape)})`,
        found: Array.isArray(part) ? String(part.length) : typeof part,
      });
    }
    for (const [i, item] of part.entries()) visit(item, axis + 1, `${path}[${i}]`);
  };
  visit(value, 0, '');
  const all = (type: string): boolean => leaves.length > 0 && leaves.every((leaf) => typeof leaf === type);
  const type = dtype ?? (all('boolean') ? 'bool' : all('bigint') ? 'int64' : 'float32');
  const numbers = isComplex(type) ? leaves.flatMap((leaf) => [leaf, 0]) : leaves;
  return { shape, dtype: type, data: elementsOf(type, numbers) };
}
