/** Signals brought to a length. */
import type { Tensor } from '@deft/core';
import { pad } from '../pad.ts';
import { slice } from '../slice.ts';

/** The last axis cut, or filled up with zeros, to `length`. */
export function withLength(x: Tensor, length: number): Tensor {
  const { shape } = x.abstract;
  const given = shape.at(-1) as number;
  if (given === length) return x;
  if (given > length) {
    return slice(
      x,
      shape.map(() => 0),
      [...shape.slice(0, -1), length],
    ) as Tensor;
  }
  return pad(
    x,
    shape.map((_, axis) => [0, axis === shape.length - 1 ? length - given : 0] as const),
  ) as Tensor;
}
