/** `gelu`: the Gaussian error linear unit. */
import { nd, type OperationFunction } from '@deft/core';
import { add } from './add.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloatWith } from './definition/signatures.ts';
import { erf } from './erf.ts';
import { mul } from './mul.ts';
import { tanh } from './tanh.ts';

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
 * gelu(tensor([0, 1])); // [0, 0.8411…]
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
    const half = mul(x, 0.5);
    if (!approximate) return mul(half, add(erf(mul(x, Math.SQRT1_2)), 1));
    const cube = mul(mul(x, x), x);
    return mul(half, add(tanh(mul(add(x, mul(cube, 0.044715)), Math.sqrt(2 / Math.PI))), 1));
  },
  samples: [
    { label: 'both signs', inputs: [nd([5], [-3, -0.5, 0, 1, 4])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-1, 0, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
    { label: 'exact', inputs: [nd([5], [-3, -0.5, 0, 1, 4])], rest: [{ approximate: false }], grad: 'check' },
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
