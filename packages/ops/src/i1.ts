/** `i1`: the modified Bessel function of order 1. */
import type { OperationFunction, Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { besselScaled } from './definition/bessel.ts';
import { besselErrors, besselSamples } from './definition/bessel-samples.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { exp } from './exp.ts';
import { i0 } from './i0.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/**
 * The modified Bessel function of the first kind of order 1, of every element. Integers are taken as float32.
 *
 * @throws `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { i1, tensor } from '@deft/tensor';
 * console.log(i1(tensor([0, 1])).toArray()); // [0, 0.5651…]
 * ```
 */
export const i1: OperationFunction<UnaryFloat> = defineComposite({
  name: 'i1',
  inputs: ['x'],
  doc: {
    group: 'special',
    summary: 'The modified Bessel function of the first kind of order 1.',
    math: 'I₁(x) = I₀′(x)',
    see: ['i1e', 'i0'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('i1', x.abstract);
    // e^|x| overflows before the function does: half of it at a time.
    const half = exp(mul(abs(x), 0.5));
    const finite = mul(mul(besselScaled(1, x), half), half);
    return where(equal(abs(x), Number.POSITIVE_INFINITY), x, finite) as Tensor;
  },
  jvp: ([x], [dx], _, output) => mul(dx, slope(x, output)) as Tensor,
  vjp: (ct, { x, output }) => [mul(ct, slope(x, output)) as Tensor],
  saves: ['x', 'output'],
  samples: besselSamples(0.5),
  errors: besselErrors('i1'),
});

/** I₀(x) − I₁(x) / x, which is ½ at 0. */
function slope(x: Tensor, output: Tensor): Tensor {
  const isZero = equal(x, 0);
  return sub(i0(x), where(isZero, 0.5, div(output, where(isZero, 1, x)))) as Tensor;
}
