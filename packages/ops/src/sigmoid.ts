/** `sigmoid`: the logistic function, from 0 to 1. */
import { nd, type OperationFunction } from '@deft/core';
import { abs } from './abs.ts';
import { add } from './add.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { exp } from './exp.ts';
import { greaterEqual } from './greater-equal.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/**
 * The logistic function, from 0 to 1. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { sigmoid, tensor } from '@deft/tensor';
 * console.log(sigmoid(tensor([0, 2])).toArray()); // [0.5, 0.8807…]
 * ```
 */
export const sigmoid: OperationFunction<UnaryFloat> = defineComposite({
  name: 'sigmoid',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'The logistic function, from 0 to 1.',
    math: 'sigmoid(x) = 1 / (1 + e⁻ˣ)',
    notes: ['No overflow and no loss of digits at either end.'],
    see: ['logSigmoid', 'tanh', 'hardSigmoid'],
  },
  promote: 'float',
  compose: ([x]) => {
    floating('sigmoid', x.abstract);
    const decay = exp(neg(abs(x)));
    return div(where(greaterEqual(x, 0), 1, decay), add(decay, 1));
  },
  jvp: (_, [dx], _attributes, output) => mul(dx, mul(output, sub(1, output))),
  vjp: (ct, { output }) => [mul(ct, mul(output, sub(1, output)))],
  saves: ['output'],
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
      says: /sigmoid: expected floating input, got bool/,
    },
  ],
});
