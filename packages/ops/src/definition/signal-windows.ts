/** What the windows of Fourier analysis share: types, checks, and their elements as a function of evenly spaced places. */
import type { DType, Tensor } from '@deft/core';
import { arange } from '../arange.ts';
import { mul } from '../mul.ts';
import { ones } from '../ones.ts';
import { checkDType, checkWhole } from './operand.ts';

/** A window whose ends are equal. */
export type SymmetricWindow = (length: number, dtype?: DType) => Tensor<[number]>;

/** A window that may leave out its last place, so that it can be repeated. */
export type PeriodicWindow = (length: number, periodic?: boolean, dtype?: DType) => Tensor<[number]>;

/** How long a window is, and of what dtype. */
export type WindowAttributes = { readonly length: number; readonly dtype: DType };

/** The checked attributes. Throws `E_ATTRIBUTE` for a bad length, `E_DTYPE`. */
export function windowAttributes(op: string, length: number, dtype: DType): WindowAttributes {
  checkWhole(op, 'length', length, 0);
  checkDType(op, dtype);
  return { length, dtype };
}

/** The steps from end to end of a window: as many as its length where it is periodic and that is even, else one fewer. */
export function windowSteps({ length, periodic }: { readonly length: number; readonly periodic: boolean }): number {
  return periodic && length % 2 === 0 ? length : length - 1;
}

/** `f` of the places `i · span / steps`; a window of one element is 1. */
export function windowElements(
  { length, dtype }: WindowAttributes,
  steps: number,
  span: number,
  f: (places: Tensor) => Tensor,
): Tensor {
  if (length === 1) return ones([1], dtype) as Tensor;
  return f(mul(arange(0, length, 1, dtype), span / steps) as Tensor);
}
