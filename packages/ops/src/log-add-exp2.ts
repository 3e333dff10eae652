/** `logAddExp2`: the logarithm to base 2 of the sum of two powers of 2, without overflow, with broadcasting. */
import { nd, type OperationFunction } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { BinaryFloat } from './definition/signatures.ts';
import { logAddExp } from './log-add-exp.ts';
import { mul } from './mul.ts';

/**
 * The logarithm to base 2 of the sum of two powers of 2, without overflow, with broadcasting. Integers are taken as float32.
 *
 * @throws `E_BROADCAST` when the shapes do not broadcast, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { logAddExp2, tensor } from '@deft/tensor';
 * console.log(logAddExp2(tensor([3]), tensor([3])).toArray()); // [4]
 * ```
 */
export const logAddExp2: OperationFunction<BinaryFloat> = defineComposite({
  name: 'logAddExp2',
  inputs: ['a', 'b'],
  doc: {
    group: 'math',
    summary: 'The logarithm to base 2 of the sum of two powers of 2, without overflow, with broadcasting.',
    math: 'logAddExp2(a, b) = log₂(2ᵃ + 2ᵇ)',
    see: ['logAddExp', 'logSumExp'],
  },
  promote: 'float',
  compose: ([a, b]) => {
    floating('logAddExp2', a.abstract, b.abstract);
    return mul(logAddExp(mul(a, Math.LN2), mul(b, Math.LN2)), Math.LOG2E);
  },
  samples: [
    { label: 'typical', inputs: [nd([4], [1, -2, 3, 0.5]), nd([4], [2, -1, 3, -4])], grad: 'check', ulp: 16 },
    { label: 'broadcast', inputs: [nd([2, 1], [1, -2]), nd([3], [1.5, -1, 0.5])], grad: 'check', ulp: 16 },
    { label: 'scalars', inputs: [nd([], [1.5]), nd([], [2])], grad: 'check', ulp: 16 },
    { label: 'integers', inputs: [nd([2], [3, -1], 'int32'), nd([2], [4, 2], 'int32')], ulp: 16 },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
    {
      label: 'nan and infinities',
      inputs: [nd([3], [NaN, Infinity, -Infinity]), nd([3], [1, Infinity, 2])],
      grad: 'skip',
      ulp: 16,
    },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /shapes do not broadcast together/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /logAddExp2: expected floating input, got bool/,
    },
  ],
});
