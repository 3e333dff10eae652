/**
 * 1 − erf and what is made of it, with the digits that the subtraction would lose. Cody's approximations (see the kernel
 * language's error function); the square in the exponent is split, so that its rounding is not multiplied by the power.
 */
import type { Tensor } from '@deft/core';
import { complementCoefficients } from '@deft/kernel';
import { add } from '../add.ts';
import { div } from '../div.ts';
import { erf } from '../erf.ts';
import { exp } from '../exp.ts';
import { less } from '../less.ts';
import { lessEqual } from '../less-equal.ts';
import { mul } from '../mul.ts';
import { neg } from '../neg.ts';
import { reciprocal } from '../reciprocal.ts';
import { round } from '../round.ts';
import { square } from '../square.ts';
import { sub } from '../sub.ts';
import { where } from '../where.ts';

function quotient([numerator, denominator]: readonly [readonly number[], readonly number[]], x: Tensor): Tensor {
  const polynomial = ([highest, ...others]: readonly number[]): Tensor =>
    others
      .slice(1)
      .reduce<Tensor>(
        (value, c) => add(mul(value, x), c) as Tensor,
        add(mul(x, highest as number), others[0] as number) as Tensor,
      );
  return div(polynomial(numerator), polynomial(denominator)) as Tensor;
}

/** `exp(x²) (1 − erf x)` for x ≥ 0.46875. */
export function scaledComplement(x: Tensor): Tensor {
  const isMiddle = lessEqual(x, 4);
  const middle = quotient(complementCoefficients.middle, where(isMiddle, x, 4) as Tensor);
  const far = where(isMiddle, 4, x) as Tensor;
  const inverse = reciprocal(square(far) as Tensor) as Tensor;
  const correction = mul(inverse, quotient(complementCoefficients.large, inverse));
  return where(isMiddle, middle, div(sub(1 / Math.sqrt(Math.PI), correction), far)) as Tensor;
}

/** `exp(−x² / 2)`, as exactly at large x as at small ones. */
export function gaussian(x: Tensor): Tensor {
  const coarse = mul(round(mul(x, 16)), 1 / 16) as Tensor;
  const rest = mul(sub(x, coarse), add(x, coarse));
  return mul(exp(mul(square(coarse), -0.5)), exp(mul(rest, -0.5))) as Tensor;
}

/** Where 1 + erf(x / √2) begins to lose digits. */
const seam = -0.7;

/** The cumulative normal distribution, ½ (1 + erf(x / √2)). */
export function normalDistribution(x: Tensor): Tensor {
  const isFar = less(x, seam);
  const far = where(isFar, x, -1) as Tensor;
  const left = mul(mul(gaussian(far), 0.5), scaledComplement(mul(neg(far), Math.SQRT1_2) as Tensor));
  return where(isFar, left, mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5)) as Tensor;
}
