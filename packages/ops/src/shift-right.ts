/** `shiftRight`: the bits of integers moved to the right. */
import { dtypes, nd, type OperationFunction, raise } from '@deft/core';
import { bitsErrors } from './definition/bits-samples.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { binary, map } from './definition/scalar.ts';
import type { Binary } from './definition/signatures.ts';
import { int64 } from './definition/whole-numbers.ts';

/**
 * The bits of integers moved to the right, with broadcasting: int32 keeps the sign, uint32 is filled with zeros.
 *
 * @throws `E_DTYPE` for other dtypes.
 * @example
 * ```ts
 * import { shiftRight, tensor } from '@deft/tensor';
 * console.log(shiftRight(tensor([8, -8], { dtype: 'int32' }), 1).toArray()); // [4, -4]
 * ```
 */
export const shiftRight: OperationFunction<Binary> = definePrimitive({
  name: 'shiftRight',
  inputs: ['a', 'b'],
  doc: {
    group: 'bits',
    summary: 'The bits of `a` moved to the right by `b` places, with broadcasting.',
    math: 'shiftRight(a, b) = ⌊a / 2ᵇ⌋',
    notes: ['int32 keeps the sign, uint32 is filled with zeros. The number of places is taken modulo 32.'],
    see: ['floorDiv'],
  },
  infer: ([a, b]) => {
    for (const { dtype } of [a, b]) {
      const { kind } = dtypes[dtype];
      if (kind === 'int' || kind === 'uint') continue;
      raise('E_DTYPE', { op: 'shiftRight', says: `expected integers, got ${dtype}`, operands: [a, b] });
    }
    return numeric('shiftRight', a, b);
  },
  nonDifferentiable: 'the operands are integers',
  batch: 'elementwise',
  lower: map((a, b) => binary('shiftRight', a, b)),
  reference: ([a, b]) =>
    elementwise(a.dtype === 'uint32' ? (x, y) => x >>> y : (x, y) => x >> y, {
      int64: int64((x, y) => x >> (y & 63n)),
    })([a, b]),
  samples: [
    { label: 'signed', inputs: [nd([4], [8, -8, 7, -1], 'int32'), nd([4], [1, 1, 2, 31], 'int32')] },
    { label: 'unsigned', inputs: [nd([3], [8, 4294967295, 4294967295], 'uint32'), nd([3], [1, 8, 31], 'uint32')] },
    { label: 'broadcast', inputs: [nd([2, 1], [64, -64], 'int32'), nd([3], [0, 1, 33], 'int32')] },
    { label: 'empty', inputs: [nd([0], [], 'int32'), nd([], [1], 'int32')] },
  ],
  errors: bitsErrors('shiftRight', 'integers'),
});
