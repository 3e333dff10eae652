/** `logicalAnd`: whether both elements are true. */
import { nd, type OperationFunction } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { logical } from './definition/rules.ts';
import { binary, map } from './definition/scalar.ts';
import type { BinaryTest } from './definition/signatures.ts';

/**
 * Whether both elements are true.
 *
 * @example
 * ```ts
 * import { logicalAnd, tensor } from '@deft/tensor';
 * console.log(logicalAnd(tensor([true, true]), tensor([true, false])).toArray()); // [true, false]
 * ```
 */
export const logicalAnd: OperationFunction<BinaryTest> = definePrimitive({
  name: 'logicalAnd',
  inputs: ['a', 'b'],
  doc: {
    group: 'logic',
    summary: 'Whether both elements are true.',
    math: 'logicalAnd(a, b) = a ∧ b',
    see: ['logicalOr', 'logicalNot', 'all'],
  },
  infer: ([a, b]) => logical('logicalAnd', a, b),
  nonDifferentiable: 'the result is bool',
  batch: 'elementwise',
  lower: map((a, b) => binary('and', a, b)),
  reference: elementwise((a, b) => a & b),
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
      says: /logicalAnd: shapes do not broadcast together \(operands bool\[2\], bool\[3\]\)/,
    },
    {
      label: 'numbers',
      inputs: [{ shape: [2] }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /logicalAnd: expected bool input, got float32/,
    },
  ],
});
