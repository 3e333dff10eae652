/** `bitwiseNot`: every bit turned. */
import { nd, type OperationFunction } from '@deft/core';
import { ofBits } from './definition/bits.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { map, unary } from './definition/scalar.ts';
import type { Unary } from './definition/signatures.ts';

/**
 * Every bit of integers or booleans turned.
 *
 * @throws `E_DTYPE` for floats.
 *
 * @example
 * ```ts
 * import { bitwiseNot, tensor } from '@deft/tensor';
 * console.log(bitwiseNot(tensor([0, 5], { dtype: 'int32' })).toArray()); // [-1, -6]
 * ```
 */
export const bitwiseNot: OperationFunction<Unary> = definePrimitive({
  name: 'bitwiseNot',
  inputs: ['x'],
  doc: {
    group: 'bits',
    summary: 'Every bit of integers or booleans turned.',
    math: 'bitwiseNot(x) = −1 − x',
    see: ['bitwiseAnd', 'logicalNot'],
  },
  infer: ([x]) => ofBits('bitwiseNot', true, x),
  nonDifferentiable: 'the operand is an integer',
  batch: 'elementwise',
  lower: map((x) => unary('not', x)),
  reference: ([x]) => elementwise(x.dtype === 'bool' ? (v) => !v : (v) => -1 - v)([x]),
  samples: [
    { label: 'signed', inputs: [nd([3], [0, 5, -1], 'int32')] },
    { label: 'unsigned', inputs: [nd([2], [0, 5], 'uint32')] },
    { label: 'bool', inputs: [nd([2], [0, 1], 'bool')] },
    { label: 'scalar', inputs: [nd([], [3], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2], [], 'int32')] },
  ],
  errors: [
    {
      label: 'floats',
      inputs: [{ shape: [2] }],
      code: 'E_DTYPE',
      says: /bitwiseNot: expected integers or bool, got float32/,
    },
  ],
});
