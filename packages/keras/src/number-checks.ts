/** Checks of numbers that users give. */
import { raise } from '@deft/core';

/** Throws `E_MODEL` unless it is a whole number of at least `least`. */
export function checkCount(op: string, argument: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  raise('E_MODEL', { op, argument, expected: `a whole number of at least ${least}`, found: String(value) });
}

/** Throws `E_MODEL` unless it fits 32 bits. */
export function checkSeed(op: string, seed: number, argument = 'seed'): void {
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return;
  raise('E_MODEL', { op, argument, expected: 'a whole number from 0 to 2^32 - 1', found: String(seed) });
}
