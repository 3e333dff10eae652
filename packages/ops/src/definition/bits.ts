/** Shape and dtype rules of the ops on bits. */
import { type AbstractValue, dtypes, raise } from '@deft/core';
import { broadcastAll } from './rules.ts';

/** Operands broadcast, all integers (or bool where the op has a meaning there). Throws `E_DTYPE`, `E_BROADCAST`. */
export function ofBits(op: string, withBool: boolean, ...inputs: readonly AbstractValue[]): AbstractValue {
  for (const { dtype } of inputs) {
    const { kind } = dtypes[dtype];
    if (kind === 'int' || kind === 'uint' || (withBool && kind === 'bool')) continue;
    raise('E_DTYPE', { op, says: `expected integers${withBool ? ' or bool' : ''}, got ${dtype}`, operands: inputs });
  }
  return broadcastAll(op, inputs);
}
