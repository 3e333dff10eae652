/** `bitwiseOr`: the bits that either has. */
import { nd, type OperationFunction } from '@deft/core';
import { ofBits } from './definition/bits.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { binary, map } from './definition/scalar.ts';
import type { Binary } from './definition/signatures.ts';
import { int64 } from './definition/whole-numbers.ts';

/**
 * The bits that either has of two integers or booleans, with broadcasting.
 *
 * @example
 * ```ts
 * import { bitwiseOr, tensor } from '@deft/tensor';
 * console.log(bitwiseOr(tensor([12, 6], { dtype: 'int32' }), tensor([10, 3], { dtype: 'int32' })).toArray()); // [14, 7]
 * ```
 */
export const bitwiseOr: OperationFunction<Binary> = definePrimitive({
  name: 'bitwiseOr',
  inputs: ['a', 'b'],
  doc: {
    group: 'bits',
    summary: 'The bits that either has of two integers or booleans, with broadcasting.',
    math: 'bitwiseOr(a, b) = a ∨ b',
    see: ['bitwiseAnd', 'bitwiseXor', 'bitwiseNot'],
  },
  promote: 'all',
  infer: ([a, b]) => ofBits('bitwiseOr', true, a, b),
  batch: 'elementwise',
  lower: map((a, b) => binary('or', a, b)),
  nonDifferentiable: 'the operands are integers',
  reference: elementwise((a, b) => a | b, { int64: int64((a, b) => a | b) }),
  samples: [
    { label: 'signed', inputs: [nd([4], [12, -8, 7, -1], 'int32'), nd([4], [10, 3, -2, 31], 'int32')] },
    { label: 'unsigned', inputs: [nd([2], [12, 4294967295], 'uint32'), nd([2], [10, 255], 'uint32')] },
    { label: 'bool', inputs: [nd([4], [0, 0, 1, 1], 'bool'), nd([4], [0, 1, 0, 1], 'bool')] },
    { label: 'broadcast', inputs: [nd([2, 1], [5, -6], 'int32'), nd([3], [0, 1, 3], 'int32')] },
    { label: 'scalars', inputs: [nd([], [6], 'int32'), nd([], [3], 'int32')] },
    { label: 'empty', inputs: [nd([0], [], 'int32'), nd([], [1], 'int32')] },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [
        { shape: [2], dtype: 'int32' },
        { shape: [3], dtype: 'int32' },
      ],
      code: 'E_BROADCAST',
      says: /bitwiseOr: shapes do not broadcast together/,
    },
    {
      label: 'floats',
      inputs: [{ shape: [2] }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /bitwiseOr: expected integers or bool, got float32/,
    },
  ],
});
