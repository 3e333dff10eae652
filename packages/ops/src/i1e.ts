/** `i1e`: the modified Bessel function of order 1 without its exponential growth. */
import type { OperationFunction, Tensor } from '@deft/core';
import { add } from './add.ts';
import { besselScaled } from './definition/bessel.ts';
import { besselErrors, besselSamples } from './definition/bessel-samples.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { i0e } from './i0e.ts';
import { mul } from './mul.ts';
import { sign } from './sign.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/**
 * The modified Bessel function of the first kind of order 1 divided by e^|x|, of every element: it does not overflow. Integers are taken as float32.
 *
 * @throws `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { i1e, tensor } from '@deft/tensor';
 * console.log(i1e(tensor([0, 1])).toArray()); // [0, 0.2079…]
 * ```
 */
export const i1e: OperationFunction<UnaryFloat> = defineComposite({
  name: 'i1e',
  inputs: ['x'],
  doc: {
    group: 'special',
    summary: 'The modified Bessel function of order 1 divided by e^|x|.',
    math: 'i1e(x) = e^−|x| · I₁(x)',
    see: ['i1', 'i0e'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('i1e', x.abstract);
    return besselScaled(1, x);
  },
  jvp: ([x], [dx], _, output) => mul(dx, slope(x, output)) as Tensor,
  vjp: (ct, { x, output }) => [mul(ct, slope(x, output)) as Tensor],
  saves: ['x', 'output'],
  samples: besselSamples(0.5),
  errors: besselErrors('i1e'),
});

/** I₀ₑ(x) − I₁ₑ(x) · (sign x + 1 / x), which is ½ at 0. */
function slope(x: Tensor, output: Tensor): Tensor {
  const isZero = equal(x, 0);
  const rest = add(mul(output, sign(x)), where(isZero, 0.5, div(output, where(isZero, 1, x))));
  return sub(i0e(x), rest) as Tensor;
}
