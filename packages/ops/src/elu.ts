/** `elu`: the exponential linear unit. */
import { nd, type OperationFunction } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloatWith } from './definition/signatures.ts';
import { expm1 } from './expm1.ts';
import { greater } from './greater.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

/** Options of `elu`. */
export interface EluOptions {
  /** The limit at −Infinity, negated; 1 unless told. */
  readonly alpha?: number;
}

/**
 * The exponential linear unit. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { elu, tensor } from '@deft/tensor';
 * console.log(elu(tensor([-1, 2])).toArray()); // [-0.6321…, 2]
 * ```
 */
export const elu: OperationFunction<UnaryFloatWith<EluOptions>> = defineComposite({
  name: 'elu',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'The exponential linear unit.',
    math: 'elu(x) = x for x > 0, else α (eˣ − 1)',
    notes: ['The derivative at 0 is α.'],
    see: ['relu', 'selu'],
  },
  arguments: (x: TensorLike, options: EluOptions = {}) => ({
    inputs: [x],
    attributes: { alpha: finiteNumber('elu', 'alpha', options.alpha ?? 1) },
  }),
  promote: 'float',
  compose: ([x], { alpha }) => {
    floating('elu', x.abstract);
    const negative = mul(expm1(where(greater(x, 0), 0, x)), alpha);
    return where(greater(x, 0), x, negative);
  },
  samples: [
    { label: 'both signs', inputs: [nd([4], [-3, -0.5, 1, 4])], grad: 'check' },
    { label: 'the seam at 0', inputs: [nd([3], [-1, 0, 1])], grad: [[0.36787944117144233, 1, 1]] },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-1, 0, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
    { label: 'another slope', inputs: [nd([3], [-2, -0.5, 1])], rest: [{ alpha: 0.5 }], grad: 'check' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /elu: expected floating input, got bool/,
    },
    {
      label: 'alpha that is not finite',
      inputs: [{ shape: [2] }],
      rest: [{ alpha: Number.NaN }],
      code: 'E_ATTRIBUTE',
      says: /elu: alpha: expected a finite number, got NaN/,
    },
  ],
});
