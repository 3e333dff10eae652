/** `logSigmoid`: the logarithm of the logistic function, without loss of digits. */
import { nd, type OperationFunction } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { neg } from './neg.ts';
import { softplus } from './softplus.ts';

/**
 * The logarithm of the logistic function, without loss of digits. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { logSigmoid, tensor } from '@deft/tensor';
 * console.log(logSigmoid(tensor([0, -100])).toArray()); // [-0.6931…, -100]
 * ```
 */
export const logSigmoid: OperationFunction<UnaryFloat> = defineComposite({
  name: 'logSigmoid',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'The logarithm of the logistic function, without loss of digits.',
    math: 'logSigmoid(x) = −ln(1 + e⁻ˣ)',
    see: ['sigmoid', 'softplus'],
  },
  promote: 'float',
  compose: ([x]) => {
    floating('logSigmoid', x.abstract);
    return neg(softplus(neg(x)));
  },
  samples: [
    { label: 'both signs', inputs: [nd([5], [-3, -0.5, 0, 1, 4])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-1, 0, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'far out', inputs: [nd([4], [-80, -100, 40, 100])], grad: 'skip' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /logSigmoid: expected floating input, got bool/,
    },
  ],
});
