/** Sums of products of a sequence and a shorter one at every offset, as a contraction over a view of the windows. */
import { raise, type Tensor } from '@deft/core';
import { dotGeneral } from '../dot-general.ts';
import { pad } from '../pad.ts';
import { slidingWindows } from '../sliding-windows.ts';
import { numeric, requireRank } from './rules.ts';

/** Which offsets: where the shorter one lies inside the longer one, as many as that has elements, or all where they meet. */
export type OverlapMode = 'valid' | 'same' | 'full';

const modes: readonly OverlapMode[] = ['valid', 'same', 'full'];

/** Throws `E_ATTRIBUTE` unless it is a mode. */
export function checkMode(op: string, mode: unknown): asserts mode is OverlapMode {
  if (modes.includes(mode as OverlapMode)) return;
  raise('E_ATTRIBUTE', { op, argument: 'mode', expected: `one of ${modes.join(', ')}`, found: String(mode) });
}

/** Throws `E_RANK`, `E_SHAPE` or `E_DTYPE` unless both are vectors of numbers with elements. */
export function checkSequences(op: string, a: Tensor, b: Tensor): void {
  requireRank(op, 'a', a.abstract, 1);
  requireRank(op, 'b', b.abstract, 1);
  if (a.size === 0 || b.size === 0)
    raise('E_SHAPE', { op, says: 'a sequence is empty', operands: [a.abstract, b.abstract] });
  numeric(op, a.abstract);
}

/** Σ long[i + j] · short[j] over j for every offset i of the mode. `same` begins with the middle of the shorter one. */
export function slidingProducts(long: Tensor, short: Tensor, mode: OverlapMode): Tensor {
  const size = short.size;
  const before = { valid: 0, same: Math.floor(size / 2), full: size - 1 }[mode];
  const after = { valid: 0, same: size - 1 - Math.floor(size / 2), full: size - 1 }[mode];
  const padded = before + after === 0 ? long : pad(long, [[before, after]]);
  return dotGeneral(slidingWindows(padded, { axes: [0], size: [size] }), short, { contract: [[1], [0]] }) as Tensor;
}
