/**
 * The square root of a mean of squares. Where that is 0 so is every one of the squares, and the root has a kink there: its
 * derivative is taken as 0, as `norm` and `hypot` have it, instead of 0 · ∞.
 */
import type { Tensor } from '@deft/core';
import { equal } from '../equal.ts';
import { sqrt } from '../sqrt.ts';
import { where } from '../where.ts';

/** The root, with derivative 0 where the mean is 0. */
export function rootOfSquares(mean: Tensor): Tensor {
  const isZero = equal(mean, 0) as Tensor;
  return where(isZero, mean, sqrt(where(isZero, 1, mean) as Tensor)) as Tensor;
}
