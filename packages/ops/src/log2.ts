/** `log2`: the logarithm to base 2. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { log } from './log.ts';
import { mul } from './mul.ts';

/**
 * The logarithm to base 2. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { log2, tensor } from '@deft/tensor';
 * console.log(log2(tensor([1, 1024])).toArray()); // [0, 10]
 * ```
 */
export const log2: OperationFunction<UnaryFloat> = defineComposite({
  name: 'log2',
  inputs: ['x'],
  doc: { group: 'math', summary: 'The logarithm to base 2.', math: 'log2(x) = ln(x) / ln(2)', see: ['log', 'exp2'] },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('log2', x.abstract);
    return mul(log(x), Math.LOG2E);
  },
  reference: elementwise(Math.log2),
  samples: [
    { label: 'typical', inputs: [nd([4], [0.25, 0.5, 3, 8])], grad: 'check' },
    { label: 'zero and below', inputs: [nd([2], [0, -1])], grad: 'skip' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [1, 2, 8], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /log2: expected floating input, got bool/,
    },
  ],
});
