/** `ldexp`: the first operand times 2 to the power of the second, with broadcasting. */
import { nd, type OperationFunction } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { BinaryFloat } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { pow } from './pow.ts';

/**
 * The first operand times 2 to the power of the second, with broadcasting. Integers are taken as float32; exponents need not be whole.
 *
 * @throws `E_BROADCAST` when the shapes do not broadcast, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { ldexp, tensor } from '@deft/tensor';
 * console.log(ldexp(tensor([3, 0.5]), tensor([2, -1])).toArray()); // [12, 0.25]
 * ```
 */
export const ldexp: OperationFunction<BinaryFloat> = defineComposite({
  name: 'ldexp',
  inputs: ['a', 'b'],
  doc: {
    group: 'math',
    summary: 'The first operand times 2 to the power of the second, with broadcasting.',
    math: 'ldexp(a, b) = a · 2ᵇ',
    see: ['pow', 'mul'],
  },
  promote: 'float',
  compose: ([a, b]) => {
    floating('ldexp', a.abstract, b.abstract);
    return mul(a, pow(2, b));
  },
  samples: [
    { label: 'typical', inputs: [nd([4], [1, -2, 3, 0.5]), nd([4], [2, -1, 3, -4])], grad: 'check', ulp: 16 },
    { label: 'broadcast', inputs: [nd([2, 1], [1, -2]), nd([3], [1.5, -1, 0.5])], grad: 'check', ulp: 16 },
    { label: 'scalars', inputs: [nd([], [1.5]), nd([], [2])], grad: 'check', ulp: 16 },
    { label: 'integers', inputs: [nd([2], [3, -1], 'int32'), nd([2], [4, 2], 'int32')], ulp: 16 },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
    { label: 'large exponents', inputs: [nd([2], [1, -1]), nd([2], [100, -100])], grad: 'skip', ulp: 16 },
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
      says: /ldexp: expected floating input, got bool/,
    },
  ],
});
