/** `i0e`: the modified Bessel function of order 0 without its exponential growth. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { besselScaled } from './definition/bessel.ts';
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
  samples: [
    { label: 'small', inputs: [nd([6], [-5, -0.5, 0.125, 1, 3.75, 7.5])], grad: 'check' },
    { label: 'large', inputs: [nd([4], [8.5, -12, 20, 60])], grad: 'check' },
    { label: 'the kink at 0', inputs: [nd([1], [0])], grad: [[0]] },
    { label: 'far out', inputs: [nd([3], [88, -88, 1e6])], grad: 'skip' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [0, 1, -3], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /i0e: expected floating input, got bool/,
    },
  ],
});

const slope = (x: Tensor, output: Tensor): Tensor => sub(i1e(x), mul(sign(x), output)) as Tensor;
