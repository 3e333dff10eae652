/** `greater`: elementwise `a > b`. */
import { nd, type OperationFunction } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { comparison } from './definition/rules.ts';
import { compare, map } from './definition/scalar.ts';
import type { BinaryTest } from './definition/signatures.ts';

/**
 * Whether each element of `a` is greater than that of `b`.
 *
 * @example
 * ```ts
 * import { greater, tensor } from '@deft/tensor';
 * console.log(greater(tensor([1, 2, 3]), 2).toArray()); // [false, false, true]
 * ```
 */
export const greater: OperationFunction<BinaryTest> = definePrimitive({
  name: 'greater',
  inputs: ['a', 'b'],
  doc: {
    group: 'comparison',
    summary: 'Whether each element of `a` is greater than that of `b`.',
    math: 'greater(a, b) = a > b',
    notes: ['Every comparison with NaN is false.'],
    see: ['greaterEqual', 'less'],
  },
  infer: ([a, b]) => comparison('greater', a, b),
  nonDifferentiable: 'the result is bool',
  batch: 'elementwise',
  lower: map((a, b) => compare('greater', a, b)),
  reference: elementwise((a, b) => a > b, { dtype: 'bool' }),
  samples: [
    { label: 'less, equal, greater', inputs: [nd([3], [1, 2, 3]), nd([3], [2, 2, 2])] },
    { label: 'broadcast', inputs: [nd([2, 1], [1, 2]), nd([3], [0, 1, 2])] },
    { label: 'nan and infinities', inputs: [nd([4], [NaN, Infinity, -Infinity, 1]), nd([4], [1, 1, 1, NaN])] },
    { label: 'integers', inputs: [nd([2], [-1, 5], 'int32'), nd([2], [1, 5], 'int32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /greater: shapes do not broadcast together \(operands float32\[2\], float32\[3\]\)/,
    },
  ],
});
