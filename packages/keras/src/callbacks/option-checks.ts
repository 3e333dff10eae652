/** Checks of the numbers among the options of callbacks: each throws `E_MODEL` naming the argument, what it may be and what it is. */
import { raise } from '@deft/core';

/** Throws `E_MODEL` unless it is a finite number within `[from, below)`. */
export function checkNumber(
  op: string,
  argument: string,
  value: number,
  from: number = -Infinity,
  below: number = Infinity,
): void {
  if (Number.isFinite(value) && value >= from && value < below) return;
  const least = from === -Infinity ? '' : ` of at least ${from}`;
  const expected = below === Infinity ? `a finite number${least}` : `a number from ${from} to below ${below}`;
  raise('E_MODEL', { op, argument, expected, found: String(value) });
}
