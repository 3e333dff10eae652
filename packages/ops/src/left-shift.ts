/** `leftShift`: the bits of integers moved to the left. */
import { nd, type OperationFunction } from '@deft/core';
import { ofBits } from './definition/bits.ts';
import { bitsErrors } from './definition/bits-samples.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { binary, map } from './definition/scalar.ts';
import type { Binary } from './definition/signatures.ts';
import { int64 } from './definition/whole-numbers.ts';

/**
 * The bits of `a` moved to the left by `b` places, with broadcasting.
 *
 * @example
 * ```ts
 * import { leftShift, tensor } from '@deft/tensor';
 * console.log(leftShift(tensor([1, 3], { dtype: 'int32' }), 2).toArray()); // [4, 12]
 * ```
 */
export const leftShift: OperationFunction<Binary> = definePrimitive({
  name: 'leftShift',
  inputs: ['a', 'b'],
  doc: {
    group: 'bits',
    summary: 'The bits of `a` moved to the left by `b` places, with broadcasting.',
    math: 'leftShift(a, b) = a · 2ᵇ',
    notes: ['The number of places is taken modulo 32; bits that leave are lost.'],
    see: ['rightShift'],
  },
  promote: 'all',
  infer: ([a, b]) => ofBits('leftShift', false, a, b),
  batch: 'elementwise',
  lower: map((a, b) => binary('shiftLeft', a, b)),
  nonDifferentiable: 'the operands are integers',
  reference: elementwise((a, b) => a << b, { int64: int64((a, b) => a << (b & 63n)) }),
  samples: [
    { label: 'signed', inputs: [nd([4], [8, -8, 7, -1], 'int32'), nd([4], [1, 1, 2, 31], 'int32')] },
    { label: 'unsigned', inputs: [nd([3], [8, 4294967295, 1], 'uint32'), nd([3], [1, 8, 31], 'uint32')] },
    { label: 'broadcast', inputs: [nd([2, 1], [5, -6], 'int32'), nd([3], [0, 1, 3], 'int32')] },
    { label: 'scalars', inputs: [nd([], [6], 'int32'), nd([], [3], 'int32')] },
    { label: 'empty', inputs: [nd([0], [], 'int32'), nd([], [1], 'int32')] },
  ],
  errors: bitsErrors('leftShift', 'integers'),
});
