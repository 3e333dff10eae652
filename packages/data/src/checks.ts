/** Checks of numbers that users give. */
import { raise } from '@deft/core';

/** Throws `E_ATTRIBUTE` unless it is a whole number of at least `least`. */
export function checkCount(op: string, argument: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  raise('E_ATTRIBUTE', { op, argument, expected: `a whole number of at least ${least}`, found: String(value) });
}

/** Throws `E_ATTRIBUTE` unless it fits 32 bits. */
export function checkSeed(op: string, seed: number): void {
  if (Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32) return;
  raise('E_ATTRIBUTE', { op, argument: 'seed', expected: 'a whole number from 0 to 2^32 - 1', found: String(seed) });
}

/** Throws `E_ARGUMENT` unless it is a function. */
export function checkFunction(op: string, argument: string, value: unknown): void {
  if (typeof value !== 'function') raise('E_ARGUMENT', { op, argument, expected: 'a function', found: typeof value });
}

/** Throws `E_ATTRIBUTE` unless there are `count` numbers of at least 0, not all of them 0. */
export function checkWeights(op: string, argument: string, weights: readonly number[], count: number): void {
  const isSound =
    weights.length === count && weights.every((weight) => weight >= 0 && weight < Number.POSITIVE_INFINITY);
  if (isSound && weights.some((weight) => weight > 0)) return;
  const expected = `${Math.max(count, 1)} numbers of at least 0, not all of them 0`;
  raise('E_ATTRIBUTE', { op, argument, expected, found: weights.join() || 'none' });
}

/** Throws `E_ATTRIBUTE` for another word than those. */
export function checkOnError(op: string, onError: string | undefined): void {
  if (onError === undefined || onError === 'throw' || onError === 'skip') return;
  raise('E_ATTRIBUTE', { op, argument: 'onError', expected: 'throw or skip', found: onError });
}
