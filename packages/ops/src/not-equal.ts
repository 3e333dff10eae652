/** `notEqual`: elementwise `a !== b`. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { comparison } from './definition/rules.ts';
import { compare, map } from './definition/scalar.ts';
import type { BinaryTest } from './definition/signatures.ts';
import { imag } from './imag.ts';
import { logicalOr } from './logical-or.ts';
import { real } from './real.ts';

/**
 * Whether each element of `a` differs from that of `b`.
 *
 * @example
 * ```ts
 * import { notEqual, tensor } from '@deft/tensor';
 * console.log(notEqual(tensor([1, 2]), 2).toArray()); // [true, false]
 * ```
 */
export const notEqual: OperationFunction<BinaryTest> = definePrimitive({
  name: 'notEqual',
  inputs: ['a', 'b'],
  doc: {
    group: 'comparison',
    summary: 'Whether each element of `a` differs from that of `b`.',
    math: 'notEqual(a, b) = a ≠ b',
    notes: ['NaN differs from everything, itself included.'],
    see: ['equal', 'isNaN'],
  },
  infer: ([a, b]) => comparison('notEqual', a, b),
  nonDifferentiable: 'the result is bool',
  batch: 'elementwise',
  lower: map((a, b) => compare('notEqual', a, b)),
  complex: ([a, b]) => logicalOr(notEqual(real(a), real(b)), notEqual(imag(a), imag(b))) as Tensor,
  reference: elementwise((a, b) => a !== b, { dtype: 'bool' }),
  samples: [
    { label: 'less, equal, greater', inputs: [nd([3], [1, 2, 3]), nd([3], [2, 2, 2])] },
    { label: 'broadcast', inputs: [nd([2, 1], [1, 2]), nd([3], [0, 1, 2])] },
    { label: 'scalars', inputs: [nd([], [1]), nd([], [1])] },
    {
      label: 'nan and infinities',
      inputs: [nd([5], [NaN, NaN, Infinity, -Infinity, 1]), nd([5], [1, NaN, Infinity, 1, NaN])],
    },
    { label: 'zeros of both signs', inputs: [nd([2], [0, -0]), nd([2], [-0, 0])] },
    { label: 'integers', inputs: [nd([2], [-1, 5], 'int32'), nd([2], [1, 5], 'int32')] },
    { label: 'unsigned integers', inputs: [nd([2], [4294967295, 5], 'uint32'), nd([2], [1, 5], 'uint32')] },
    { label: 'bool', inputs: [nd([3], [1, 0, 1], 'bool'), nd([3], [1, 1, 0], 'bool')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /notEqual: shapes do not broadcast together \(operands float32\[2\], float32\[3\]\)/,
    },
  ],
});
