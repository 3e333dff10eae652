/** `gelu`: the Gaussian error linear unit. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { normalDistribution } from './definition/complementary-error.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloatWith } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { sigmoid } from './sigmoid.ts';

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
    // ½ (1 + tanh z) is sigmoid(2 z), which keeps its digits where the sum would cancel.
    const scale = 2 * Math.sqrt(2 / Math.PI);
    return mul(x, sigmoid(mul(x, add(mul(mul(x, x), 0.044715 * scale), scale)))) as Tensor;
  },
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
