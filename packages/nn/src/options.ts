/**
 * Checks of layer options. Options come from users and from files alike, so every layer checks all of its own: a bad one
 * raises `E_LAYER` naming the layer, the option, what was expected and what was found.
 */
import { raise } from '@deft/core';

function describe(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined)
    return String(value);
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (Array.isArray(value))
    return value.length > 8 ? `an array of ${value.length}` : `[${value.map(describe).join(', ')}]`;
  return typeof value;
}

function reject(layer: string, option: string, expected: string, value: unknown): never {
  return raise('E_LAYER', { op: layer, argument: option, expected, found: describe(value) });
}

/** No dim of a layer may be larger: weights beyond it could not be held anyway. */
const largestDim = 2 ** 31 - 1;

/** A whole number of at least `least`. */
export function wholeNumber(layer: string, option: string, value: unknown, least = 1): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= largestDim) return value;
  return reject(layer, option, `a whole number from ${least} to ${largestDim}`, value);
}

/** A finite number in `[from, below)`. */
export function numberBetween(layer: string, option: string, value: unknown, from: number, below: number): number {
  if (typeof value === 'number' && value >= from && value < below) return value;
  const range = below === Infinity ? `a finite number of at least ${from}` : `a number from ${from} to below ${below}`;
  return reject(layer, option, range, value);
}

/** One whole number for both spatial axes, or one for each. */
export function pair(layer: string, option: string, value: unknown): [number, number] {
  if (Array.isArray(value) && value.length === 2) {
    return [wholeNumber(layer, option, value[0]), wholeNumber(layer, option, value[1])];
  }
  if (typeof value !== 'number') return reject(layer, option, 'a whole number or two', value);
  const one = wholeNumber(layer, option, value);
  return [one, one];
}

/** `true` or `false`. */
export function flag(layer: string, option: string, value: unknown): boolean {
  return typeof value === 'boolean' ? value : reject(layer, option, 'true or false', value);
}

/** One of a few words. */
export function oneOf<T extends string>(layer: string, option: string, value: unknown, words: readonly T[]): T {
  return words.find((word) => word === value) ?? reject(layer, option, words.join(', '), value);
}

/** A list of whole numbers. */
export function wholeNumbers(layer: string, option: string, value: unknown, least: number): number[] {
  if (!Array.isArray(value) || value.length > 32)
    return reject(layer, option, 'an array of at most 32 whole numbers', value);
  return value.map((one: unknown) => wholeNumber(layer, option, one, least));
}
