/**
 * Derivatives of cumulative ops whose results follow from the one before and one element, yᵢ = f(yᵢ₋₁, xᵢ): a change of x goes
 * through the linear recurrence dyᵢ = keptᵢ · dyᵢ₋₁ + takenᵢ · dxᵢ, and a cotangent through its transpose, the same from the
 * other end. `kept` and `taken` are the partial derivatives of f. Results that leave out their own element are those of
 * the place before.
 */
import type { Tensor } from '@deft/core';
import { linearRecurrence } from '../linear-recurrence.ts';
import { mul } from '../mul.ts';
import { moved, type ScanAttributes } from './scan.ts';

/** The partial derivatives of a step at every place. */
export interface StepDerivatives {
  /** By the result before. */
  readonly kept: Tensor;
  /** By the element. */
  readonly taken: Tensor;
}

/** The tangent of the results. */
export function scanTangent(
  dx: Tensor,
  { kept, taken }: StepDerivatives,
  { axis, exclusive, reverse }: ScanAttributes,
): Tensor {
  const dy = linearRecurrence(kept, mul(taken, dx), { axis, reverse }) as Tensor;
  return exclusive ? moved(dy, axis, 1, reverse, 0) : dy;
}

/** The cotangent of the operand. */
export function scanCotangent(
  ct: Tensor,
  { kept, taken }: StepDerivatives,
  { axis, exclusive, reverse }: ScanAttributes,
): Tensor {
  const own = exclusive ? moved(ct, axis, 1, !reverse, 0) : ct;
  const reaching = linearRecurrence(moved(kept, axis, 1, !reverse, 0), own, { axis, reverse: !reverse });
  return mul(reaching, taken) as Tensor;
}

/** The results before each place, given those of all places. */
export function resultsBefore(y: Tensor, { axis, exclusive, reverse }: ScanAttributes, start: number): Tensor {
  return exclusive ? y : moved(y, axis, 1, reverse, start);
}
