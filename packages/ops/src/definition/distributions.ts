/**
 * What random ops with parameters share. A parameter is a number or a tensor that broadcasts to the shape of the result;
 * the result differentiates through it where its distribution is moved or stretched by it.
 */
import type { DType, Shape, Tensor } from '@deft/core';
import { add } from '../add.ts';
import { broadcastTo } from '../broadcast-to.ts';
import { cast } from '../cast.ts';
import { mul } from '../mul.ts';
import { splitKey } from '../split-key.ts';
import { unstack } from '../unstack.ts';
import { scalarConstant, type TensorLike } from './convert.ts';
import type { Call } from './define.ts';
import { operand } from './operand.ts';
import { type KeyOptions, keyWords, randomDType, symmetricNumbers } from './random.ts';
import type { FloatingDType } from './signatures.ts';

/** Options of distributions that are moved and stretched. */
export interface LocationScaleOptions extends KeyOptions {
  /** Where the middle lies, one for all or a tensor that broadcasts to the shape; 0 unless told. */
  readonly location?: TensorLike;
  /** How wide it is, one for all or a tensor that broadcasts to the shape; 1 unless told. */
  readonly scale?: TensorLike;
}

/** A parameter as a tensor; a plain number takes the dtype of the result. */
export function parameter(op: string, name: string, value: TensorLike, dtype: DType): Tensor {
  return typeof value === 'number' ? scalarConstant(value, dtype) : operand(op, name, value);
}

/** The call of a random op with a location and a scale. Throws `E_DTYPE` unless the dtype is floating. */
export function locationScaleCall(
  op: string,
  key: Tensor,
  location: TensorLike,
  scale: TensorLike,
  { shape, dtype: wanted }: { readonly shape: readonly number[]; readonly dtype: DType | undefined },
): Call<{ readonly shape: readonly number[]; readonly dtype: FloatingDType }> {
  const dtype = randomDType(op, wanted);
  const inputs = [key, parameter(op, 'location', location, dtype), parameter(op, 'scale', scale, dtype)];
  return { inputs, attributes: { shape, dtype } };
}

/** A parameter in the shape and dtype of the result. Throws `E_BROADCAST` where it does not broadcast to it. */
export function spread(value: Tensor, shape: readonly number[], dtype: DType): Tensor {
  const typed: Tensor = value.dtype === dtype ? value : cast(value, dtype);
  return broadcastTo(typed, shape) as Tensor;
}

/** `location + scale · x` in a dtype that may be smaller than that of `x`. */
export function moved(x: Tensor, location: Tensor, scale: Tensor, wanted: DType): Tensor {
  const { shape, dtype } = x.abstract;
  return cast(add(mul(x, spread(scale, shape, dtype)), spread(location, shape, dtype)), wanted) as Tensor;
}

/** Numbers evenly distributed over 0 < u < 1, never the ends: odd multiples of 2⁻²⁴ (2⁻⁵³ in float64). */
export function openUnitNumbers(op: string, key: Tensor, shape: readonly number[], dtype: DType): Tensor {
  return mul(add(symmetricNumbers(op, key, shape, dtype), 1), 0.5) as Tensor;
}

/** Independent keys from one. */
export function keysFrom(op: string, key: Tensor, count: number): Tensor[] {
  keyWords(op, key);
  return [...(unstack(splitKey(key, count)) as unknown as Tensor[])];
}

/** Types of a distribution whose result is int32. */
export type RandomCounts<Options> = <const S extends Shape>(shape: S, options?: Options) => Tensor<S, 'int32'>;
