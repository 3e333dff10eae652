/** `logicalXor`: whether exactly one of the elements is true. */
import { nd, type OperationFunction } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { logical } from './definition/rules.ts';
import { binary, map } from './definition/scalar.ts';
import type { BinaryTest } from './definition/signatures.ts';

/**
 * Whether exactly one of the elements is true.
 *
 * @example
 * ```ts
 * import { logicalXor, tensor } from '@deft/tensor';
 * console.log(logicalXor(tensor([true, true]), tensor([true, false])).toArray()); // [false, true]
 * ```
 */
export const logicalXor: OperationFunction<BinaryTest> = definePrimitive({
  name: 'logicalXor',
  inputs: ['a', 'b'],
  doc: {
    group: 'logic',
    summary: 'Whether exactly one of the elements is true.',
    math: 'logicalXor(a, b) = a ⊻ b',
    see: ['logicalOr', 'notEqual'],
  },
  infer: ([a, b]) => logical('logicalXor', a, b),
  nonDifferentiable: 'the result is bool',
  batch: 'elementwise',
  lower: map((a, b) => binary('xor', a, b)),
  reference: elementwise((a, b) => a ^ b),
  samples: [
    { label: 'all pairs', inputs: [nd([4], [0, 0, 1, 1], 'bool'), nd([4], [0, 1, 0, 1], 'bool')] },
    { label: 'broadcast', inputs: [nd([2, 1], [0, 1], 'bool'), nd([3], [1, 0, 1], 'bool')] },
    { label: 'scalars', inputs: [nd([], [1], 'bool'), nd([], [0], 'bool')] },
    { label: 'empty', inputs: [nd([0, 2], [], 'bool'), nd([2], [1, 0], 'bool')] },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [3], dtype: 'bool' },
      ],
      code: 'E_BROADCAST',
      says: /logicalXor: shapes do not broadcast together \(operands bool\[2\], bool\[3\]\)/,
    },
    {
      label: 'numbers',
      inputs: [{ shape: [2] }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /logicalXor: expected bool input, got float32/,
    },
  ],
});
