/** `gelu`: the Gaussian error linear unit. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { gaussian, normalDistribution } from './definition/complementary-error.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloatWith } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { sigmoid } from './sigmoid.ts';
import { square } from './square.ts';
import { sub } from './sub.ts';

/** Options of `gelu`. */
export interface GeluOptions {
  /** Whether to take the form with tanh rather than the exact one with erf; true unless told. */
  readonly approximate?: boolean;
}

/**
 * The Gaussian error linear unit. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { gelu, tensor } from '@deft/tensor';
 * console.log(gelu(tensor([0, 1])).toArray()); // [0, 0.8411…]
 * ```
 */
export const gelu: OperationFunction<UnaryFloatWith<GeluOptions>> = defineComposite({
  name: 'gelu',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'The Gaussian error linear unit.',
    math: 'gelu(x) = x Φ(x)',
    notes: [
      'With tanh (the default, as in Keras) or, with approximate: false, with erf.',
      'NaN at −Infinity (−∞ · 0).',
    ],
    see: ['silu', 'erf'],
  },
  arguments: (x: TensorLike, options: GeluOptions = {}) => ({
    inputs: [x],
    attributes: { approximate: options.approximate ?? true },
  }),
  promote: 'float',
  compose: ([x], { approximate }) => {
    floating('gelu', x.abstract);
    if (!approximate) return mul(x, normalDistribution(x)) as Tensor;
    return mul(x, gate(x)) as Tensor;
  },
  jvp: ([x], [dx], { approximate }) => mul(dx, slope(x, approximate)) as Tensor,
  vjp: (ct, { x }, { approximate }) => [mul(ct, slope(x, approximate)) as Tensor],
  saves: ['x'],
  samples: [
    { label: 'both signs', inputs: [nd([5], [-3, -0.5, 0, 1, 4])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-1, 0, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
    { label: 'exact', inputs: [nd([5], [-2, -0.5, 0, 1, 4])], rest: [{ approximate: false }], grad: 'check' },
    {
      label: 'exact, far left and beside the seam',
      inputs: [nd([5], [-12, -6.5, -3, -0.701, -0.699])],
      rest: [{ approximate: false }],
      grad: 'check',
      ulp: 8,
    },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /gelu: expected floating input, got bool/,
    },
  ],
});

const scale = 2 * Math.sqrt(2 / Math.PI);
const cubic = 0.044715 * scale;

/** The form with tanh: ½ (1 + tanh z) is sigmoid(2 z), which keeps its digits where the sum would cancel. */
const gate = (x: Tensor): Tensor => sigmoid(mul(x, add(mul(square(x), cubic), scale))) as Tensor;

/**
 * The derivative. That of the exact form is Φ(x) + x φ(x); a derivative of how Φ is computed would go through all branches of
 * its approximations.
 */
function slope(x: Tensor, approximate: boolean): Tensor {
  if (!approximate) return add(normalDistribution(x), mul(mul(x, gaussian(x)), 1 / Math.sqrt(2 * Math.PI))) as Tensor;
  const open = gate(x);
  const bend = mul(mul(open, sub(1, open)), add(mul(square(x), 3 * cubic), scale));
  return add(open, mul(x, bend)) as Tensor;
}
