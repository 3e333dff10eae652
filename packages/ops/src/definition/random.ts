/**
 * What random ops share: reading a key, and random bits as evenly distributed numbers. Calls that give no key get one of the
 * global generator (`global-generator.ts`).
 */
import {
  type DType,
  isDType,
  isFloating,
  type Operation,
  type OperationFunction,
  raise,
  type Shape,
  type Tensor,
} from '@deft/core';
import { add } from '../add.ts';
import { cast } from '../cast.ts';
import { mul } from '../mul.ts';
import { shiftRight } from '../shift-right.ts';
import { threefry } from '../threefry.ts';
import { unstack } from '../unstack.ts';
import { constantTensor } from './convert.ts';
import type { FloatingDType } from './signatures.ts';

/** A random key: two words. */
export type Key = Tensor<[2], 'uint32'>;

/** Options of random ops. */
export interface KeyOptions {
  /** The key that decides every number. Without it the global generator gives the next one; see `seed`. */
  readonly key?: Key | Tensor;
}

/** What counters of one key are used for; the second word of the counter, so that uses never share a number. */
export const streams = { bits: 0, split: 1, fold: 2 } as const;

/** The words of a seed: a whole number from 0 to 2⁵³ − 1. Throws `E_ATTRIBUTE` on anything else. */
export function wordsOfSeed(op: string, seed: unknown): [number, number] {
  if (typeof seed !== 'number' || !Number.isSafeInteger(seed) || seed < 0) {
    raise('E_ATTRIBUTE', { op, argument: 'seed', expected: 'a whole number from 0 to 2^53 - 1', found: String(seed) });
  }
  return [Math.floor(seed / 2 ** 32), seed % 2 ** 32];
}

/** A key of the given words. */
export function keyOfWords(words: readonly [number, number]): Key {
  return constantTensor({ shape: [2], dtype: 'uint32', data: Uint32Array.from(words) }) as Key;
}

/** The two words of a key. Throws `E_DTYPE` or `E_SHAPE` where it is none. */
export function keyWords(op: string, key: Tensor): [high: Tensor, low: Tensor] {
  const { shape, dtype, text } = key.abstract;
  if (dtype !== 'uint32' || shape.length !== 1 || shape[0] !== 2) {
    raise(dtype === 'uint32' ? 'E_SHAPE' : 'E_DTYPE', {
      op,
      argument: 'key',
      expected: 'a key, uint32[2]',
      found: text,
      hint: 'key(42) makes one, splitKey(k, n) makes several',
    });
  }
  return unstack(key) as unknown as [Tensor, Tensor];
}

/** Word 0 or 1 of the numbers that a key gives at positions 0, 1, … of a shape. */
export function randomWords(op: string, key: Tensor, shape: readonly number[], word: 0 | 1 = 0): Tensor {
  const [high, low] = keyWords(op, key);
  return threefry(high, low, 0, { shape, stream: streams.bits, word });
}

/** Digits of a random number between 0 and 1 in the dtypes with fewer than 32. */
const digits: Partial<Readonly<Record<DType, number>>> = { float32: 24, float16: 11, bfloat16: 8 };

/**
 * Numbers evenly distributed over 0 ≤ u < 1, each equally likely: multiples of 2⁻²⁴, of 2⁻⁵³ in float64, 2⁻¹¹ in float16 and
 * 2⁻⁸ in bfloat16.
 */
export function unitNumbers(op: string, key: Tensor, shape: readonly number[], dtype: DType): Tensor {
  const first = randomWords(op, key, shape);
  const count = digits[dtype];
  if (count !== undefined) return mul(cast(shiftRight(first, 32 - count), dtype), 2 ** -count) as Tensor;
  const second = cast(shiftRight(randomWords(op, key, shape, 1), 6), 'float64');
  return mul(add(mul(cast(shiftRight(first, 5), 'float64'), 2 ** 26), second), 2 ** -53);
}

/**
 * Numbers evenly distributed over −1 < u < 1, symmetric, never 0 or the ends: odd multiples of 2⁻²³ (2⁻⁵²), less one. Small
 * dtypes get those of float32, for what is computed of them in float32.
 */
export function symmetricNumbers(op: string, key: Tensor, shape: readonly number[], dtype: DType): Tensor {
  const first = randomWords(op, key, shape);
  if (dtype !== 'float64') {
    const odd = add(mul(cast(shiftRight(first, 9), 'float32'), 2), 1);
    return add(mul(odd, 2 ** -23), -1);
  }
  const second = cast(shiftRight(randomWords(op, key, shape, 1), 6), 'float64');
  const whole = add(mul(cast(shiftRight(first, 6), 'float64'), 2 ** 26), second);
  return add(mul(add(mul(whole, 2), 1), 2 ** -52), -1);
}

/** The dtype of random numbers: float32 unless told. Throws `E_DTYPE` unless it is a floating one. */
export function randomDType(op: string, dtype: DType | undefined): FloatingDType {
  if (dtype === undefined) return 'float32';
  if (isDType(dtype) && isFloating(dtype)) return dtype as FloatingDType;
  return raise('E_DTYPE', { op, argument: 'dtype', expected: 'a floating dtype', found: String(dtype) });
}

/** The public function of an op whose key may be left out, with the op's record. */
export function withOptionalKey<F extends (...args: never[]) => unknown>(
  op: { readonly operation: Operation },
  call: (...args: Parameters<F>) => unknown,
): OperationFunction<F> {
  return Object.assign(call, { operation: op.operation }) as unknown as OperationFunction<F>;
}

/** Types of a random op's result. */
export type RandomFloats<Options> = <const S extends Shape, D extends FloatingDType = 'float32'>(
  shape: S,
  options?: Options & { readonly dtype?: D },
) => Tensor<S, D>;
