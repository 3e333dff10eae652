/** `log10`: the logarithm to base 10. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';

/**
 * The logarithm to base 10. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { log10, tensor } from '@deft/tensor';
 * console.log(log10(tensor([1, 10])).toArray()); // [0, 1]
 * ```
 */
export const log10: OperationFunction<UnaryFloat> = defineComposite({
  name: 'log10',
  inputs: ['x'],
  doc: { group: 'math', summary: 'The logarithm to base 10.', math: 'log10(x) = ln(x) / ln(10)', see: ['log', 'log2'] },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('log10', x.abstract);
    return mul(log(x), Math.LOG10E);
  },
  reference: elementwise(Math.log10),
  samples: [
    { label: 'typical', inputs: [nd([4], [0.1, 0.5, 3, 1000])], grad: 'check' },
    { label: 'zero and below', inputs: [nd([2], [0, -1])], grad: 'skip' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [1, 2, 100], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /log10: expected floating input, got bool/,
    },
  ],
});
