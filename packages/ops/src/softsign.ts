/** `softsign`: a gentle squashing function, from −1 to 1. */
import { nd, type OperationFunction } from '@deft/core';
import { abs } from './abs.ts';
import { add } from './add.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';

/**
 * A gentle squashing function, from −1 to 1. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { softsign, tensor } from '@deft/tensor';
 * console.log(softsign(tensor([-1, 0, 3])).toArray()); // [-0.5, 0, 0.75]
 * ```
 */
export const softsign: OperationFunction<UnaryFloat> = defineComposite({
  name: 'softsign',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'A gentle squashing function, from −1 to 1.',
    math: 'softsign(x) = x / (1 + |x|)',
    see: ['tanh'],
  },
  promote: 'float',
  compose: ([x]) => {
    floating('softsign', x.abstract);
    return div(x, add(abs(x), 1));
  },
  samples: [
    { label: 'both signs', inputs: [nd([4], [-3, -0.5, 1, 4])], grad: 'check' },
    { label: 'the seam at 0', inputs: [nd([1], [0])], grad: [[1]] },
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
      says: /softsign: expected floating input, got bool/,
    },
  ],
});
