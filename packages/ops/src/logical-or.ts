/** `logicalOr`: whether at least one of the elements is true. */
import { nd, type OperationFunction } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { logical } from './definition/rules.ts';
import { binary, map } from './definition/scalar.ts';
import type { BinaryTest } from './definition/signatures.ts';

/**
 * Whether at least one of the elements is true.
 *
 * @example
 * ```ts
 * import { logicalOr, tensor } from '@deft/tensor';
 * console.log(logicalOr(tensor([true, false]), tensor([false, false])).toArray()); // [true, false]
 * ```
 */
export const logicalOr: OperationFunction<BinaryTest> = definePrimitive({
  name: 'logicalOr',
  inputs: ['a', 'b'],
  doc: {
    group: 'logic',
    summary: 'Whether at least one of the elements is true.',
    math: 'logicalOr(a, b) = a ∨ b',
    see: ['logicalAnd', 'logicalNot', 'any'],
  },
  infer: ([a, b]) => logical('logicalOr', a, b),
  nonDifferentiable: 'the result is bool',
  batch: 'elementwise',
  lower: map((a, b) => binary('or', a, b)),
  reference: elementwise((a, b) => a | b),
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
      says: /logicalOr: shapes do not broadcast together \(operands bool\[2\], bool\[3\]\)/,
    },
    {
      label: 'numbers',
      inputs: [{ shape: [2] }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /logicalOr: expected bool input, got float32/,
    },
  ],
});
