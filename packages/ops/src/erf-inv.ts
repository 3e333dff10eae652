/** `erfInv`: the inverse of the error function. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { add } from './add.ts';
import { scaledComplement } from './definition/complementary-error.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { erf } from './erf.ts';
import { exp } from './exp.ts';
import { greater } from './greater.ts';
import { less } from './less.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sign } from './sign.ts';
import { sqrt } from './sqrt.ts';
import { square } from './square.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/**
 * The number whose error function every element is. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { erfInv, tensor } from '@deft/tensor';
 * console.log(erfInv(tensor([0, 0.5])).toArray()); // [0, 0.4769…]
 * ```
 */
export const erfInv: OperationFunction<UnaryFloat> = defineComposite({
  name: 'erfInv',
  inputs: ['x'],
  doc: {
    group: 'special',
    summary: 'The inverse of the error function.',
    math: 'erf(erfInv(x)) = x',
    notes: [
      '±Infinity at ±1, NaN outside of [−1, 1].',
      'Giles, “Approximating the erfinv function” (2010); in float64 refined by steps of Halley’s method.',
    ],
    see: ['erf', 'randomNormal'],
  },
  promote: 'float',
  compose: ([x]) => {
    floating('erfInv', x.abstract);
    const w = neg(log(mul(sub(1, x), add(x, 1))));
    const central = polynomial(nearCentre, sub(w, 2.5));
    const outer = polynomial(nearEnds, sub(sqrt(w), 3));
    const first: Tensor = mul(where(less(w, 5), central, outer), x);
    const inside = x.dtype === 'float64' ? refineTwice(where(less(w, 16), first, mul(farOut(w), x)), x) : first;
    return where(equal(abs(x), 1), mul(x, Infinity), inside);
  },
  jvp: (_, [dx], _attributes, output) => mul(dx, slope(output)),
  vjp: (ct, { output }) => [mul(ct, slope(output))],
  saves: ['output'],
  samples: [
    { label: 'typical', inputs: [nd([6], [-0.9, -0.5, 0, 1e-4, 0.3, 0.99])], grad: 'check' },
    { label: 'near the ends', inputs: [nd([3], [0.9999, -0.99999, 0.9999999])], grad: 'skip' },
    { label: 'float64', inputs: [nd([5], [-0.999999999, -0.5, 1e-9, 0.3, 0.999], 'float64')], grad: 'skip' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-1, 0, 1], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'the ends, outside, nan', inputs: [nd([5], [1, -1, 1.5, -2, NaN])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /erfInv: expected floating input, got bool/,
    },
  ],
});

/** Coefficients in w − 2.5 and √w − 3, w = −ln(1 − x²), highest power first. */
const nearCentre = [
  2.81022636e-8, 3.43273939e-7, -3.5233877e-6, -4.39150654e-6, 0.00021858087, -0.00125372503, -0.00417768164,
  0.246640727, 1.50140941,
];
const nearEnds = [
  -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
  1.00167406, 2.83297682,
];

function polynomial(coefficients: readonly number[], x: Tensor): Tensor {
  const [highest, ...others] = coefficients as [number, ...number[]];
  return others.slice(1).reduce<Tensor>((value, c) => add(mul(value, x), c), add(mul(x, highest), others[0] as number));
}

/** From erfc(y) ≈ exp(−y²) / (y√π) by one substitution; w = −ln(1 − x²) is far beyond where float32 ends. */
function farOut(w: Tensor): Tensor {
  const guess = sub(w, log(mul(sqrt(w), Math.sqrt(Math.PI) / 2)));
  return sqrt(where(less(w, 16), 1, guess));
}

const refineTwice = (y: Tensor, x: Tensor): Tensor => refine(refine(y, x), x);

/** One step of Halley's method towards erf(y) = x; in the tails towards erfc|y| = 1 − |x|, where erf is too close to 1. */
function refine(y: Tensor, x: Tensor): Tensor {
  const size = abs(y);
  const inTail = greater(size, 0.5);
  const far = where(inTail, size, 1);
  const tail = mul(
    sub(mul(sub(1, abs(x)), exp(square(far))), scaledComplement(far)),
    mul(sign(y), Math.sqrt(Math.PI) / 2),
  );
  const step: Tensor = where(inTail, tail, mul(sub(erf(y), x), slope(where(inTail, 0, y))));
  return sub(y, div(step, add(mul(y, step), 1)));
}

/** `√π/2 · exp(y²)`, the derivative at x = erf(y). */
function slope(y: Tensor): Tensor {
  return mul(exp(square(y)), Math.sqrt(Math.PI) / 2);
}
