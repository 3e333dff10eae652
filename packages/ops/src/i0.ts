/** `i0`: the modified Bessel function of order 0. */
import type { OperationFunction, Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { besselScaled } from './definition/bessel.ts';
import { besselErrors, besselSamples } from './definition/bessel-samples.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { equal } from './equal.ts';
import { exp } from './exp.ts';
import { i1 } from './i1.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

/**
 * The modified Bessel function of the first kind of order 0, of every element. Integers are taken as float32.
 *
 * @throws `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { i0, tensor } from '@deft/tensor';
 * console.log(i0(tensor([0, 1])).toArray()); // [1, 1.2660…]
 * ```
 */
export const i0: OperationFunction<UnaryFloat> = defineComposite({
  name: 'i0',
  inputs: ['x'],
  doc: {
    group: 'special',
    summary: 'The modified Bessel function of the first kind of order 0.',
    math: 'I₀(x) = Σ (x² / 4)ᵏ / (k!)²',
    see: ['i0e', 'i1', 'kaiser'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('i0', x.abstract);
    // e^|x| overflows before the function does: half of it at a time.
    const half = exp(mul(abs(x), 0.5));
    const finite = mul(mul(besselScaled(0, x), half), half);
    return where(equal(abs(x), Number.POSITIVE_INFINITY), Number.POSITIVE_INFINITY, finite) as Tensor;
  },
  jvp: ([x], [dx]) => mul(dx, i1(x)) as Tensor,
  vjp: (ct, { x }) => [mul(ct, i1(x)) as Tensor],
  saves: ['x'],
  samples: besselSamples(0),
  errors: besselErrors('i0'),
});
