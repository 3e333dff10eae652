/** `hardTanh`: a piecewise linear form of tanh. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { greaterEqual } from './greater-equal.ts';
import { sign } from './sign.ts';
import { where } from './where.ts';

/**
 * A piecewise linear form of tanh. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { hardTanh, tensor } from '@deft/tensor';
 * console.log(hardTanh(tensor([-2, 0.5])).toArray()); // [-1, 0.5]
 * ```
 */
export const hardTanh: OperationFunction<UnaryFloat> = defineComposite({
  name: 'hardTanh',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'A piecewise linear form of tanh.',
    math: 'hardTanh(x) = min(max(x, −1), 1)',
    notes: ['The derivative at −1 and 1 is 0.'],
    see: ['tanh', 'clip'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('hardTanh', x.abstract);
    const outside = greaterEqual(abs(x), 1);
    return where(outside, sign(x), x);
  },
  reference: elementwise((v) => Math.min(1, Math.max(-1, v))),
  samples: [
    { label: 'every piece', inputs: [nd([5], [-4, -0.5, 0, 0.5, 4])], grad: 'check' },
    { label: 'the seams', inputs: [nd([2], [-1, 1])], grad: [[0, 0]] },
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
      says: /hardTanh: expected floating input, got bool/,
    },
  ],
});
