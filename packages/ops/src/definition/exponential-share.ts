/** The derivative of the logarithm of a sum of two exponentials by one of the exponents. */
import type { Tensor } from '@deft/core';
import { equal } from '../equal.ts';
import { isFinite } from '../is-finite.ts';
import { logicalAnd } from '../logical-and.ts';
import { logicalNot } from '../logical-not.ts';
import { sigmoid } from '../sigmoid.ts';
import { sub } from '../sub.ts';
import { where } from '../where.ts';

/** What an operand contributes to the sum, from 0 to 1; 0 where both are infinite, as nothing is known of them. */
export function exponentialShare(x: Tensor, other: Tensor): Tensor {
  const unknown = logicalAnd(equal(x, other), logicalNot(isFinite(x)));
  return where(unknown, 0, sigmoid(where(unknown, 0, sub(x, other)))) as Tensor;
}
