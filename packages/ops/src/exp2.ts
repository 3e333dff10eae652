/** `exp2`: 2 to the power of every element. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { pow } from './pow.ts';

/**
 * 2 to the power of every element. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { exp2, tensor } from '@deft/tensor';
 * console.log(exp2(tensor([3, -1])).toArray()); // [8, 0.5]
 * ```
 */
export const exp2: OperationFunction<UnaryFloat> = defineComposite({
  name: 'exp2',
  inputs: ['x'],
  doc: { group: 'math', summary: '2 to the power of every element.', math: 'exp2(x) = 2ˣ', see: ['exp', 'log2'] },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('exp2', x.abstract);
    return pow(2, x) as Tensor;
  },
  reference: elementwise((v) => 2 ** v),
  samples: [
    { label: 'typical', inputs: [nd([4], [-2.5, -1, 0, 3])], grad: 'check' },
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
      says: /exp2: expected floating input, got bool/,
    },
  ],
});
