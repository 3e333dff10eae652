/** Functions as series of Chebyshev polynomials: coefficients from values on the host, and the sum as ops. */
import type { Tensor } from '@deft/core';
import { add } from '../add.ts';
import { mul } from '../mul.ts';
import { sub } from '../sub.ts';

/** Coefficients of f(y) = Σ cₖ Tₖ(y) on −1 … 1, from its values at the zeros of a Chebyshev polynomial. */
export function chebyshevSeries(f: (y: number) => number, count: number): number[] {
  // cos(π · m / 2n) with m brought below 4n first, which keeps the digits of the angle.
  const cosine = (m: number): number => Math.cos((Math.PI * (m % (4 * count))) / (2 * count));
  const values = Array.from({ length: count }, (_, j) => f(cosine(2 * j + 1)));
  return values.map((_, k) => {
    const sum = values.reduce((total, value, j) => total + value * cosine(k * (2 * j + 1)), 0);
    return ((k === 0 ? 1 : 2) * sum) / count;
  });
}

/** Σ cₖ Tₖ(y) by Clenshaw's recurrence, as far as the dtype has digits. */
export function sumOfSeries(coefficients: readonly number[], y: Tensor): Tensor {
  const least = y.dtype === 'float64' ? 1e-17 : 1e-9;
  const last = coefficients.findLastIndex((c) => Math.abs(c) > least);
  const doubled = mul(y, 2);
  let [before, current] = [mul(y, 0) as Tensor, mul(y, 0) as Tensor];
  for (let k = last; k > 0; k--) {
    [before, current] = [current, add(sub(mul(doubled, current), before), coefficients[k] as number) as Tensor];
  }
  return add(sub(mul(y, current), before), coefficients[0] as number) as Tensor;
}
