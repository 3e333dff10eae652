/** `leakyRelu`: the rectified linear unit with a small slope for negative elements. */
import { nd, type OperationFunction } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloatWith } from './definition/signatures.ts';
import { greater } from './greater.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

/** Options of `leakyRelu`. */
export interface LeakyReluOptions {
  /** Slope for negative elements; 0.2 unless told. */
  readonly negativeSlope?: number;
}

/**
 * The rectified linear unit with a small slope for negative elements. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { leakyRelu, tensor } from '@deft/tensor';
 * console.log(leakyRelu(tensor([-1, 2])).toArray()); // [-0.2, 2]
 * ```
 */
export const leakyRelu: OperationFunction<UnaryFloatWith<LeakyReluOptions>> = defineComposite({
  name: 'leakyRelu',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'The rectified linear unit with a small slope for negative elements.',
    math: 'leakyRelu(x) = x for x > 0, else s · x',
    notes: ['The derivative at 0 is the negative slope.'],
    see: ['relu', 'elu'],
  },
  arguments: (x: TensorLike, options: LeakyReluOptions = {}) => ({
    inputs: [x],
    attributes: { negativeSlope: finiteNumber('leakyRelu', 'negativeSlope', options.negativeSlope ?? 0.2) },
  }),
  promote: 'float',
  compose: ([x], { negativeSlope }) => {
    floating('leakyRelu', x.abstract);
    return where(greater(x, 0), x, mul(x, negativeSlope));
  },
  samples: [
    { label: 'both signs', inputs: [nd([4], [-3, -0.5, 1, 4])], grad: 'check' },
    { label: 'the kink at 0', inputs: [nd([3], [-1, 0, 1])], grad: [[0.2, 0.2, 1]] },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-1, 0, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
    { label: 'another slope', inputs: [nd([3], [-2, -0.5, 1])], rest: [{ negativeSlope: 0.01 }], grad: 'check' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /leakyRelu: expected floating input, got bool/,
    },
    {
      label: 'a slope that is not finite',
      inputs: [{ shape: [2] }],
      rest: [{ negativeSlope: Number.POSITIVE_INFINITY }],
      code: 'E_ATTRIBUTE',
      says: /leakyRelu: negativeSlope: expected a finite number, got Infinity/,
    },
  ],
});
