/** `reciprocal`: one over every element. */
import { nd, type OperationFunction } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';

/**
 * One over every element. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { reciprocal, tensor } from '@deft/tensor';
 * console.log(reciprocal(tensor([2, 4])).toArray()); // [0.5, 0.25]
 * ```
 */
export const reciprocal: OperationFunction<UnaryFloat> = defineComposite({
  name: 'reciprocal',
  inputs: ['x'],
  doc: {
    group: 'arithmetic',
    summary: 'One over every element.',
    math: 'reciprocal(x) = 1 / x',
    see: ['div', 'rsqrt'],
  },
  promote: 'float',
  compose: ([x]) => {
    floating('reciprocal', x.abstract);
    return div(1, x);
  },
  jvp: (_, [dx], _attributes, output) => neg(mul(dx, mul(output, output))),
  vjp: (ct, { output }) => [neg(mul(ct, mul(output, output)))],
  saves: ['output'],
  samples: [
    { label: 'both signs', inputs: [nd([5], [-4, -0.5, 1, 2, 100])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [1, -4, 3], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'zero', inputs: [nd([2], [0, -0])], grad: 'skip' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /reciprocal: expected floating input, got bool/,
    },
  ],
});
