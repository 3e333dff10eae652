/** Checks of options that several ops have: that they are options, finite numbers, numbers of a range. */
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

/** Options, if they are an object: an axis in their place would be taken for no options at all. Throws `E_ARGUMENT` otherwise. */
export function optionsOf<T extends object>(op: string, options: T, example: string): T {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) return options;
  return raise('E_ARGUMENT', {
    op,
    argument: 'options',
    expected: `an object such as ${example}`,
    found: Array.isArray(options) ? JSON.stringify(options) : String(options),
  });
}
