/** `celu`: the continuously differentiable exponential linear unit. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloatWith } from './definition/signatures.ts';
import { div } from './div.ts';
import { expm1 } from './expm1.ts';
import { greater } from './greater.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

/** Options of `celu`. */
export interface CeluOptions {
  /** The limit at −Infinity, negated; 1 unless told. */
  readonly alpha?: number;
}

/**
 * The continuously differentiable exponential linear unit. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { celu, tensor } from '@deft/tensor';
 * console.log(celu(tensor([-1, 2])).toArray()); // [-0.6321…, 2]
 * ```
 */
export const celu: OperationFunction<UnaryFloatWith<CeluOptions>> = defineComposite({
  name: 'celu',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'The continuously differentiable exponential linear unit.',
    math: 'celu(x) = x for x > 0, else α (e^(x/α) − 1)',
    notes: ['The derivative at 0 is 1.'],
    see: ['elu'],
  },
  arguments: (x: TensorLike, options: CeluOptions = {}) => ({
    inputs: [x],
    attributes: { alpha: finiteNumber('celu', 'alpha', options.alpha ?? 1, Number.MIN_VALUE) },
  }),
  promote: 'float',
  compose: ([x], { alpha }): Tensor => {
    floating('celu', x.abstract);
    const positive = greater(x, 0);
    const negative = mul(expm1(div(where(positive, 0, x), alpha)), alpha);
    return where(positive, x, negative);
  },
  samples: [
    { label: 'both signs', inputs: [nd([4], [-3, -0.5, 1, 4])], grad: 'check' },
    { label: 'the seam at 0', inputs: [nd([1], [0])], grad: [[1]] },
    { label: 'another slope', inputs: [nd([3], [-2, -0.5, 1])], rest: [{ alpha: 0.5 }], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-1, 0, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /celu: expected floating input, got bool/,
    },
    {
      label: 'alpha of 0',
      inputs: [{ shape: [2] }],
      rest: [{ alpha: 0 }],
      code: 'E_ATTRIBUTE',
      says: /celu: alpha: expected a finite number of at least 5e-324, got 0/,
    },
  ],
});
