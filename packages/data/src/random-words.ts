/** Random numbers of pipelines: functions of seed, pass and position, drawn with the counter-based generator. */
import { drawnOrder, threefry2x32 } from '@deft/core';

type Key = readonly [number, number];

/** Sets the generator of shuffling apart from others that are fed with the same seed. */
export const shufflePurpose = 0x73686266;
/** Likewise that of what functions of elements draw. */
export const elementPurpose = 0x656c656d;
/** Likewise that of the choice between datasets. */
export const choicePurpose = 0x63686f69;

/** Likewise that of which elements are kept. */
export const resamplePurpose = 0x6b656570;
/** Likewise that of numbers that are elements themselves. */
export const numberPurpose = 0x6e756d62;

const wordsOf = (count: number): Key => [count >>> 0, Math.floor(count / 2 ** 32) >>> 0];

/** The key of one pass. */
export function passKey(seed: number, purpose: number, epoch: number): Key {
  return threefry2x32([seed >>> 0, purpose], wordsOf(epoch));
}

/** Room for the rounds of a pass that repeats without end. */
const endlessRounds = 2 ** 32;

/**
 * The number of one round of a pass that repeats so many times: round `r` of pass `p` is pass `p * count + r` of what is repeated.
 * Where rounds within rounds come to more than numbers hold exactly, it is drawn from all that they do.
 */
export function roundEpoch(epoch: number, count: number, round: number): number {
  const number = epoch * (Number.isFinite(count) ? count : endlessRounds) + round;
  if (Number.isSafeInteger(number)) return number;
  const [high, low] = threefry2x32(wordsOf(epoch), wordsOf(round));
  return (high >>> 11) * 2 ** 32 + low;
}

/** The key of one position of a pass. */
export function positionKey(key: Key, position: number): Key {
  return threefry2x32(key, wordsOf(position));
}

/** The number from 0 to below 1 that a key has for a position: 32 random bits. */
export function uniformAt(key: Key, position: number): number {
  return positionKey(key, position)[0] / 2 ** 32;
}

/** The numbers below `count` in an order that a key has for them. */
export function permutationOf(key: Key, count: number): Uint32Array {
  return drawnOrder(count, (place) => uniformAt(key, place));
}
