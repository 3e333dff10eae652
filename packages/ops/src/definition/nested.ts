/**
 * Nested JavaScript arrays as host arrays: finds the shape, checks that no row is ragged and every leaf is a number or a
 * boolean, and chooses the dtype (booleans make `bool`, numbers `float32`, unless told).
 */
import { allocate, type DType, type NdArray, raise, shapeText, sizeOf } from '@deft/core';

/** Numbers or booleans nested in arrays to any depth. */
export type NestedNumbers = readonly (number | boolean | NestedNumbers)[];

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
  const leaves: (number | boolean)[] = [];
  const visit = (part: unknown, axis: number, path: string): void => {
    if (axis === shape.length) {
      if (typeof part !== 'number' && typeof part !== 'boolean') {
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
  const type = dtype ?? (leaves.length > 0 && leaves.every((leaf) => typeof leaf === 'boolean') ? 'bool' : 'float32');
  const data = allocate(type, sizeOf(shape));
  for (let i = 0; i < leaves.length; i++) data[i] = type === 'bool' ? (leaves[i] ? 1 : 0) : Number(leaves[i]);
  return { shape, dtype: type, data };
}
