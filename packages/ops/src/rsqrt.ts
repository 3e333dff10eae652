/** `rsqrt`: one over the square root of every element. */
import { nd, type OperationFunction } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { sqrt } from './sqrt.ts';

/**
 * One over the square root of every element. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { rsqrt, tensor } from '@deft/tensor';
 * console.log(rsqrt(tensor([4, 16])).toArray()); // [0.5, 0.25]
 * ```
 */
export const rsqrt: OperationFunction<UnaryFloat> = defineComposite({
  name: 'rsqrt',
  inputs: ['x'],
  doc: {
    group: 'exponential',
    summary: 'One over the square root of every element.',
    math: 'rsqrt(x) = 1 / √x',
    notes: ['Infinity at 0, NaN below.'],
    see: ['sqrt', 'reciprocal'],
  },
  promote: 'float',
  compose: ([x]) => {
    floating('rsqrt', x.abstract);
    return div(1, sqrt(x));
  },
  jvp: (_, [dx], _attributes, output) => mul(dx, mul(mul(output, -0.5), mul(output, output))),
  vjp: (ct, { output }) => [mul(ct, mul(mul(output, -0.5), mul(output, output)))],
  saves: ['output'],
  samples: [
    { label: 'both signs', inputs: [nd([4], [0.25, 1, 2, 100])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [2])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [1, 4, 9], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'zero and negative', inputs: [nd([2], [0, -1])], grad: 'skip' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /rsqrt: expected floating input, got bool/,
    },
  ],
});
