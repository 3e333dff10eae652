/** Plain values that are inputs of captured functions. */
import { currentInterpreter, elementsOf } from '@deft/core';

/** A plain value as a scalar, a number as one that takes the dtype of floating tensors beside it; anything else as it is. */
export function scalarOf(value: unknown): unknown {
  if (typeof value !== 'number' && typeof value !== 'boolean' && typeof value !== 'bigint') return value;
  const dtype = typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'int64' : 'float32';
  const data = elementsOf(dtype, [value]);
  return currentInterpreter().constant({ shape: [], dtype, data }, dtype === 'float32');
}
