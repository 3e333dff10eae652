/** `erfc`: the complementary error function. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { add } from './add.ts';
import { chebyshevSeries, sumOfSeries } from './definition/chebyshev.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { less } from './less.ts';
import { minimum } from './minimum.ts';
import { mul } from './mul.ts';
import { round } from './round.ts';
import { square } from './square.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/**
 * The complementary error function, 1 − erf(x), of every element: with all its digits also where it is small. Integers are taken as
 * float32.
 *
 * @throws `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { erfc, tensor } from '@deft/tensor';
 * console.log(erfc(tensor([0, 1])).toArray()); // [1, 0.1572…]
 * ```
 */
export const erfc: OperationFunction<UnaryFloat> = defineComposite({
  name: 'erfc',
  inputs: ['x'],
  doc: {
    group: 'special',
    summary: 'The complementary error function.',
    math: 'erfc(x) = 1 − erf(x) = 2/√π ∫ e^(−t²) dt from x on',
    notes: ['Where it is small it keeps its digits, which 1 − erf(x) does not.'],
    see: ['erf', 'erfInv'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('erfc', x.abstract);
    const size = abs(x) as Tensor;
    const isSmall = less(size, 0.5);
    // Beyond 30 it is 0 in every dtype.
    const tail = tailOf(where(isSmall, 0.5, minimum(size, 30)) as Tensor);
    return where(isSmall, sub(1, erf(x)), where(less(x, 0), sub(2, tail), tail)) as Tensor;
  },
  jvp: ([x], [dx]) => mul(dx, slope(x)) as Tensor,
  vjp: (ct, { x }) => [mul(ct, slope(x)) as Tensor],
  saves: ['x'],
  samples: [
    { label: 'around 0', inputs: [nd([5], [-0.4375, -0.125, 0.25, 0.375, 0.0625])], grad: 'check' },
    { label: 'at 0', inputs: [nd([1], [0])], grad: [[-2 / Math.sqrt(Math.PI)]] },
    { label: 'both sides', inputs: [nd([5], [-3, -0.75, 0.5, 1, 2.5])], grad: 'check' },
    { label: 'far out', inputs: [nd([4], [5, 8, 9.5, -6])], grad: 'skip' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [0, 1, -2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /erfc: expected floating input, got bool/,
    },
  ],
});

const slope = (x: Tensor): Tensor => mul(exp(sub(0, square(x))), -2 / Math.sqrt(Math.PI)) as Tensor;

/**
 * (1 + 2x) · e^(x²) · erfc(x) for x ≥ 0 on the host: near 0 by the power series of erf, else by the trapezoidal rule for
 * x / π ∫ e^(−t²) / (x² + t²) dt, less what its poles add (Chiarella and Reichel, 1968).
 */
function scaledOnHost(x: number): number {
  if (x < 1) {
    let [term, total] = [x, x];
    for (let k = 1; k < 40; k++) {
      term *= (-x * x) / k;
      total += term / (2 * k + 1);
    }
    return (1 + 2 * x) * Math.exp(x * x) * (1 - (2 / Math.sqrt(Math.PI)) * total);
  }
  const step = 0.4;
  let total = 0.5 / (x * x);
  for (let n = 1; n < 20; n++) total += Math.exp(-((n * step) ** 2)) / ((n * step) ** 2 + x * x);
  const poles = x < 6 ? (2 * Math.exp(x * x)) / (1 - Math.exp((2 * Math.PI * x) / step)) : 0;
  return (1 + 2 * x) * ((2 * step * x * total) / Math.PI + poles);
}

/** Where the series of Shepherd and Laframboise (1981) has its middle: it is one in (x − middle) / (x + middle). */
const middle = 3.75;

let known: readonly number[] | undefined;

function seriesOfTail(): readonly number[] {
  known ??= chebyshevSeries((u) => scaledOnHost((middle * (1 + u)) / (1 - u)), 48);
  return known;
}

/** erfc(x) for 0.5 ≤ x ≤ 30. */
function tailOf(x: Tensor): Tensor {
  const scaled = div(sumOfSeries(seriesOfTail(), div(sub(x, middle), add(x, middle)) as Tensor), add(mul(x, 2), 1));
  // x² in two parts, of which the larger is exact: a rounded x² would cost as many digits as it has before the point.
  const near = div(round(mul(x, 16)), 16);
  const rest = mul(sub(x, near), add(x, near));
  return mul(mul(exp(sub(0, square(near))), exp(sub(0, rest))), scaled) as Tensor;
}
