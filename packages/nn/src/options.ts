/**
 * Checks of layer options. Options come from users and from files alike, so every layer checks all of its own: a bad one
 * raises `E_LAYER` naming the layer, the option, what was expected and what was found.
 */
import { raise, shapeText } from '@deft/core';
import type { Fail } from './layer-errors.ts';

function describe(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined)
    return String(value);
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40));
  if (Array.isArray(value))
    return value.length > 8 ? `an array of ${value.length}` : `[${value.map(describe).join(', ')}]`;
  return typeof value;
}

/** Raises the error of an option. */
export function reject(layer: string, option: string, expected: string, value: unknown): never {
  return raise('E_LAYER', { op: layer, argument: option, expected, found: describe(value) });
}

/** No dim of a layer may be larger: weights beyond it could not be held anyway. */
const largestDim = 2 ** 31 - 1;

/** Whether a value is an object that is no array. */
export function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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

/** How many spatial axes examples have: sequences 1, images 2, volumes 3. */
export type SpatialRank = 1 | 2 | 3;

/** One value for all spatial axes, or one for each. */
export type PerAxis<R extends SpatialRank, T = number> =
  | T
  | (R extends 1 ? readonly [T] : R extends 2 ? readonly [T, T] : readonly [T, T, T]);

/** One whole number for all spatial axes, or one for each. */
export function perAxis(layer: string, option: string, value: unknown, rank: SpatialRank, least = 1): number[] {
  if (Array.isArray(value) && value.length === rank) return value.map((one) => wholeNumber(layer, option, one, least));
  if (typeof value !== 'number') {
    return reject(layer, option, rank === 1 ? 'a whole number' : `a whole number or ${rank}`, value);
  }
  return new Array<number>(rank).fill(wholeNumber(layer, option, value, least));
}

/** How many elements before and after an axis. */
export type Sides = readonly [before: number, after: number];

/**
 * Whole numbers before and after each spatial axis: one for all, one for each axis, or a pair for each. Of sequences, two
 * numbers are the pair of their one axis.
 */
export function sidesPerAxis(layer: string, option: string, value: unknown, rank: SpatialRank): Sides[] {
  const isPair = rank === 1 && Array.isArray(value) && value.length === 2;
  const axes: readonly unknown[] = isPair ? [value] : Array.isArray(value) ? value : new Array(rank).fill(value);
  if (axes.length !== rank) reject(layer, option, `a whole number, or ${rank} of them or of pairs`, value);
  return axes.map((sides): Sides => {
    const [before, after]: readonly unknown[] = Array.isArray(sides) && sides.length === 2 ? sides : [sides, sides];
    return [wholeNumber(layer, option, before, 0), wholeNumber(layer, option, after, 0)];
  });
}

/** `true` or `false`. */
export function flag(layer: string, option: string, value: unknown): boolean {
  return typeof value === 'boolean' ? value : reject(layer, option, 'true or false', value);
}

/** One of a few words. */
export function oneOf<T extends string>(layer: string, option: string, value: unknown, words: readonly T[]): T {
  return words.find((word) => word === value) ?? reject(layer, option, words.join(', '), value);
}

/** An axis of a batch, other than that of the examples; negative ones count from the end. */
export function axisNumber(layer: string, option: string, value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && Math.abs(value) <= 32 && value !== 0) return value;
  return reject(layer, option, 'an axis of the batch other than 0', value);
}

/** The place in an example of an axis of the batch. Throws where the example has no such axis. */
export function placeOf(axis: number, inputShape: readonly number[], fail: Fail): number {
  const place = axis < 0 ? axis + inputShape.length : axis - 1;
  if (place < 0 || place >= inputShape.length) {
    fail({ expected: `examples with axis ${axis} of a batch`, found: shapeText(inputShape) });
  }
  return place;
}

/** A finite number, or one of at least `least`. */
export function finite(layer: string, option: string, value: unknown, least?: number): number {
  if (typeof value === 'number' && Number.isFinite(value) && !(value < (least ?? value))) return value;
  return reject(layer, option, least === undefined ? 'a finite number' : `a finite number of at least ${least}`, value);
}

/** A list of whole numbers. */
export function wholeNumbers(layer: string, option: string, value: unknown, least: number): number[] {
  if (!Array.isArray(value) || value.length > 32)
    return reject(layer, option, 'an array of at most 32 whole numbers', value);
  return value.map((one: unknown) => wholeNumber(layer, option, one, least));
}
