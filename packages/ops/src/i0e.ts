/** `i0e`: the modified Bessel function of order 0 without its exponential growth. */
import type { OperationFunction, Tensor } from '@deft/core';
import { besselScaled } from './definition/bessel.ts';
import { besselErrors, besselSamples } from './definition/bessel-samples.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { i1e } from './i1e.ts';
import { mul } from './mul.ts';
import { sign } from './sign.ts';
import { sub } from './sub.ts';

/**
 * The modified Bessel function of the first kind of order 0 divided by e^|x|, of every element: it does not overflow. Integers are taken as float32.
 *
 * @throws `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { i0e, tensor } from '@deft/tensor';
 * console.log(i0e(tensor([0, 1])).toArray()); // [1, 0.4657…]
 * ```
 */
export const i0e: OperationFunction<UnaryFloat> = defineComposite({
  name: 'i0e',
  inputs: ['x'],
  doc: {
    group: 'special',
    summary: 'The modified Bessel function of order 0 divided by e^|x|.',
    math: 'i0e(x) = e^−|x| · I₀(x)',
    notes: ['The derivative at 0 is 0.'],
    see: ['i0', 'i1e'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('i0e', x.abstract);
    return besselScaled(0, x);
  },
  jvp: ([x], [dx], _, output) => mul(dx, slope(x, output)) as Tensor,
  vjp: (ct, { x, output }) => [mul(ct, slope(x, output)) as Tensor],
  saves: ['x', 'output'],
  samples: besselSamples(0, 'the kink at 0'),
  errors: besselErrors('i0e'),
});

const slope = (x: Tensor, output: Tensor): Tensor => sub(i1e(x), mul(sign(x), output)) as Tensor;
