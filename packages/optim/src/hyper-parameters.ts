/** Checks of hyper-parameters: each throws `E_ATTRIBUTE` naming the argument, what it may be and what it is. */
import { raise } from '@deft/core';

function reject(op: string, argument: string, expected: string, found: unknown): never {
  return raise('E_ATTRIBUTE', { op, argument, expected, found: String(found) });
}

/** Throws `E_ATTRIBUTE` unless a hyper-parameter lies in `[from, below)`. */
export function checkHyperParameter(op: string, argument: string, value: number, from: number, below: number): void {
  if (typeof value === 'number' && value >= from && value < below) return;
  const expected =
    below === Infinity ? `a finite number of at least ${from}` : `a number from ${from} to below ${below}`;
  reject(op, argument, expected, value);
}

/** Throws `E_ATTRIBUTE` unless a hyper-parameter is finite and above 0. */
export function checkPositive(op: string, argument: string, value: number): void {
  if (typeof value === 'number' && value > 0 && value < Infinity) return;
  reject(op, argument, 'a finite number above 0', value);
}

/** Throws `E_ATTRIBUTE` unless a hyper-parameter is a finite number. */
export function checkFinite(op: string, argument: string, value: number): void {
  if (!Number.isFinite(value)) reject(op, argument, 'a finite number', value);
}

/** Throws `E_ATTRIBUTE` unless a hyper-parameter is a whole number of at least `least`. */
export function checkCount(op: string, argument: string, value: number, least = 1): void {
  if (!Number.isSafeInteger(value) || value < least) {
    reject(op, argument, `a whole number of at least ${least}`, value);
  }
}

/** Throws `E_ATTRIBUTE` unless a hyper-parameter is a list of non-empty texts. */
export function checkPathParts(op: string, argument: string, value: readonly string[]): void {
  const isList = Array.isArray(value) && value.every((part) => typeof part === 'string' && part !== '');
  if (!isList) reject(op, argument, 'a list of non-empty texts', value);
}
