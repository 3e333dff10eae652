/**
 * Numbers that a preprocessing layer is told: lists as options, checked, and as tensors that fit those of a batch. Data to
 * adapt a layer to comes as tensors or nested arrays, of which the first axis counts examples.
 */
import { type DType, isFloating, raise, type Tensor } from '@deft/core';
import { cast, tensor } from '@deft/tensor';
import { reject } from '../options.ts';

/** Data that a layer is adapted to: a tensor, or arrays of numbers in arrays. */
export type AdaptData = Tensor | readonly NestedNumbers[];

/** A number, or arrays of them in arrays. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** The most numbers that an option may list. */
const longest = 2 ** 20;

/** A list of finite numbers. */
export function numberList(layer: string, option: string, value: unknown): number[] {
  const isList = Array.isArray(value) && value.length > 0 && value.length <= longest;
  if (isList && value.every((one) => typeof one === 'number' && Number.isFinite(one))) return [...(value as number[])];
  return reject(layer, option, 'a list of finite numbers', value);
}

/** A finite number, or a list of them. */
export function numberOrList(layer: string, option: string, value: unknown): number | number[] {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return Array.isArray(value) ? numberList(layer, option, value) : reject(layer, option, 'a number or a list', value);
}

/** Floats as they are, whole numbers as float32. */
export function asFloating(x: Tensor): Tensor {
  return isFloating(x.dtype) ? x : (cast(x, 'float32') as Tensor);
}

/** Numbers as a tensor that fits one of a floating dtype. */
export function numbersLike(numbers: number | readonly number[], dtype: DType): Tensor {
  const made = tensor(numbers as number[], { dtype: 'float64' }) as Tensor;
  return cast(made, dtype) as Tensor;
}

/** Data as plain numbers and their shape. Throws `E_LAYER` where there are none. */
export async function plainData(
  layer: string,
  data: AdaptData,
): Promise<{ readonly values: readonly number[]; readonly shape: readonly number[] }> {
  const given = Array.isArray(data) ? (tensor(data as number[], { dtype: 'float64' }) as Tensor) : (data as Tensor);
  if (given.size === 0 || given.rank === 0) {
    raise('E_LAYER', { op: layer, argument: 'data', expected: 'a batch of examples', found: given.abstract.text });
  }
  return { values: Array.from((await given.data()) as ArrayLike<number | bigint>, Number), shape: given.shape };
}
