/** `gcd`: greatest common divisors. */
import { bytesOf, nd, type OperationFunction } from '@deft/core';
import type { Expression } from '@deft/kernel';
import { ofBits } from './definition/bits.ts';
import { bitsErrors } from './definition/bits-samples.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { binary, compare, map, select, unary } from './definition/scalar.ts';
import type { Binary } from './definition/signatures.ts';

/**
 * The greatest common divisor of two integers, with broadcasting; never negative, and 0 of 0 and 0.
 *
 * @throws `E_DTYPE` unless the operands are integers, `E_BROADCAST` when the shapes do not broadcast.
 * @example
 * ```ts
 * import { gcd, tensor } from '@deft/tensor';
 * console.log(gcd(tensor([12, -7, 0], { dtype: 'int32' }), tensor([18, 21, 5], { dtype: 'int32' })).toArray()); // [6, 7, 5]
 * ```
 */
export const gcd: OperationFunction<Binary> = definePrimitive({
  name: 'gcd',
  inputs: ['a', 'b'],
  doc: {
    group: 'arithmetic',
    summary: 'The greatest common divisor of two integers, with broadcasting.',
    notes: ['Never negative; gcd(0, b) is |b|. Of the lowest number of a signed dtype the magnitude wraps.'],
    see: ['lcm', 'mod'],
  },
  promote: 'all',
  infer: ([a, b]) => ofBits('gcd', false, a, b),
  batch: 'elementwise',
  lower: map((a: Expression, b: Expression) => {
    // Euclid's algorithm. A remainder by 0 is 0 here, so a pair whose second is 0 stays when its first is kept. Neighbours in
    // Fibonacci's sequence take longest (Lamé): a dtype of n bits needs at most n / log₂ 1.618… steps.
    const steps = Math.ceil((8 * bytesOf(a.dtype)) / Math.log2((1 + Math.sqrt(5)) / 2)) + 1;
    let [x, y] = [a, b];
    for (let step = 0; step < steps; step++) {
      const rest = binary('rem', x, y);
      x = select(compare('equal', y, 0), x, y);
      y = rest;
    }
    return unary('abs', x);
  }),
  nonDifferentiable: 'the operands are integers',
  reference: elementwise((a: number, b: number) => {
    let [x, y] = [Math.abs(a), Math.abs(b)];
    while (y !== 0) [x, y] = [y, x % y];
    return x;
  }),
  samples: [
    { label: 'signed', inputs: [nd([5], [12, -7, 0, 0, 17], 'int32'), nd([5], [18, 21, 5, 0, -4], 'int32')] },
    { label: 'unsigned', inputs: [nd([2], [4294967295, 6], 'uint32'), nd([2], [65537, 4], 'uint32')] },
    {
      label: 'the longest way',
      inputs: [nd([2], [2971215073, 1836311903], 'uint32'), nd([2], [1836311903, 2971215073], 'uint32')],
    },
    {
      label: 'the lowest number',
      inputs: [nd([3], [-2147483648, -2147483648, 6], 'int32'), nd([3], [6, -1, -2147483648], 'int32')],
    },
    { label: 'broadcast', inputs: [nd([2, 1], [12, -6], 'int32'), nd([3], [4, 9, 1], 'int32')] },
    { label: 'scalars', inputs: [nd([], [6], 'int32'), nd([], [4], 'int32')] },
    { label: 'empty', inputs: [nd([0], [], 'int32'), nd([], [1], 'int32')] },
  ],
  errors: bitsErrors('gcd', 'integers'),
});
