/** `rightShift`: the bits of integers moved to the right. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import type { Binary } from './definition/signatures.ts';
import { shiftRight } from './shift-right.ts';

/**
 * The bits of `a` moved to the right by `b` places, with broadcasting. The same as shiftRight.
 *
 * @example
 * ```ts
 * import { rightShift, tensor } from '@deft/tensor';
 * console.log(rightShift(tensor([8, -8], { dtype: 'int32' }), 1).toArray()); // [4, -4]
 * ```
 */
export const rightShift: OperationFunction<Binary> = defineComposite({
  name: 'rightShift',
  inputs: ['a', 'b'],
  doc: {
    group: 'bits',
    summary: 'The bits of `a` moved to the right by `b` places, with broadcasting. The same as shiftRight.',
    math: 'rightShift(a, b) = ⌊a / 2ᵇ⌋',
    notes: ['int32 keeps the sign, uint32 is filled with zeros. The number of places is taken modulo 32.'],
    see: ['leftShift', 'shiftRight'],
  },
  promote: 'all',
  nonDifferentiable: 'it is a function of integers',
  compose: ([a, b]): Tensor => {
    return shiftRight(a, b);
  },
  samples: [
    { label: 'signed', inputs: [nd([4], [8, -8, 7, -1], 'int32'), nd([4], [1, 1, 2, 31], 'int32')] },
    { label: 'unsigned', inputs: [nd([2], [8, 4294967295], 'uint32'), nd([2], [1, 8], 'uint32')] },
    { label: 'empty', inputs: [nd([0], [], 'int32'), nd([], [1], 'int32')] },
  ],
  errors: [
    {
      label: 'floats',
      inputs: [{ shape: [2] }, { shape: [2] }],
      code: 'E_DTYPE',
      says: /rightShift.*: expected integers, got float32/,
    },
  ],
});
