/** `silu`: the element times its sigmoid, also called swish. */
import { nd, type OperationFunction } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { sigmoid } from './sigmoid.ts';

/**
 * The element times its sigmoid, also called swish. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { silu, tensor } from '@deft/tensor';
 * console.log(silu(tensor([0, 2])).toArray()); // [0, 1.7615…]
 * ```
 */
export const silu: OperationFunction<UnaryFloat> = defineComposite({
  name: 'silu',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'The element times its sigmoid, also called swish.',
    math: 'silu(x) = x · sigmoid(x)',
    notes: ['NaN at −Infinity (−∞ · 0).'],
    see: ['gelu', 'sigmoid'],
  },
  promote: 'float',
  compose: ([x]) => {
    floating('silu', x.abstract);
    return mul(x, sigmoid(x));
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
      says: /silu: expected floating input, got bool/,
    },
  ],
});
