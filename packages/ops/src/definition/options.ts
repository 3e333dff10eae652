/** Checks of options that several ops have: finite numbers, numbers of a range. */
import { raise } from '@deft/core';

/** The value, if it is a finite number between `least` and `most`. Throws `E_ATTRIBUTE` otherwise. */
export function finiteNumber(
  op: string,
  argument: string,
  value: unknown,
  least: number = Number.NEGATIVE_INFINITY,
  most: number = Number.POSITIVE_INFINITY,
): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most) return value;
  const bounds =
    least === Number.NEGATIVE_INFINITY && most === Number.POSITIVE_INFINITY
      ? ''
      : most === Number.POSITIVE_INFINITY
        ? ` of at least ${least}`
        : ` from ${least} to ${most}`;
  return raise('E_ATTRIBUTE', { op, argument, expected: `a finite number${bounds}`, found: String(value) });
}
