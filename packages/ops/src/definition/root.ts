/** The square root of what is at least 0, with the derivative 0 at 0, where a length has its kink. */
import type { Tensor } from '@deft/core';
import { equal } from '../equal.ts';
import { sqrt } from '../sqrt.ts';
import { where } from '../where.ts';

/** √x, constant where x is 0. */
export function rootOf(x: Tensor): Tensor {
  const isZero = equal(x, 0);
  return where(isZero, 0, sqrt(where(isZero, 1, x))) as Tensor;
}
