/**
 * What is known of a tensor without its elements: shape, dtype and whether it came from a bare JavaScript number.
 * Shape rules map abstract values to abstract values; graphs, caches and error messages are written in them.
 */
import type { DType } from './dtype.ts';

/** A shape at run time. */
export type Dims = readonly number[];

/** Shape and dtype of a tensor. `weak` marks a JavaScript number, which takes the dtype of what it meets. */
export interface AbstractValue {
  readonly shape: Dims;
  readonly dtype: DType;
  readonly weak: boolean;
  /** `float32[2, 3]`: unique per shape and dtype, used in caches and messages. */
  readonly text: string;
}

/** The abstract value of a shape and dtype. */
export function abstractValue(shape: Dims, dtype: DType, weak = false): AbstractValue {
  return { shape, dtype, weak, text: `${dtype}[${shape.join(', ')}]` };
}
