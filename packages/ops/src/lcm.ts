/** `lcm`: least common multiples. */
import { nd, type OperationFunction, type Tensor, tryBroadcast } from '@deft/core';
import { abs } from './abs.ts';
import { ofBits } from './definition/bits.ts';
import { bitsErrors } from './definition/bits-samples.ts';
import { defineComposite } from './definition/define.ts';
import { elementAt, generate } from './definition/reference.ts';
import type { Binary } from './definition/signatures.ts';
import { floorDiv } from './floor-div.ts';
import { gcd } from './gcd.ts';
import { mul } from './mul.ts';

/**
 * The least common multiple of two integers, with broadcasting; never negative, and 0 where one of them is 0. It wraps where
 * the dtype does not hold it.
 *
 * @throws `E_DTYPE` unless the operands are integers, `E_BROADCAST` when the shapes do not broadcast.
 * @example
 * ```ts
 * import { lcm, tensor } from '@deft/tensor';
 * console.log(lcm(tensor([4, -3], { dtype: 'int32' }), tensor([6, 5], { dtype: 'int32' })).toArray()); // [12, 15]
 * ```
 */
export const lcm: OperationFunction<Binary> = defineComposite({
  name: 'lcm',
  inputs: ['a', 'b'],
  doc: {
    group: 'arithmetic',
    summary: 'The least common multiple of two integers, with broadcasting.',
    math: 'lcm(a, b) = |a · b| / gcd(a, b)',
    notes: ['0 where an operand is 0. Multiples that the dtype does not hold wrap.'],
    see: ['gcd'],
  },
  promote: 'all',
  compose: ([a, b]): Tensor => {
    ofBits('lcm', false, a.abstract, b.abstract);
    return abs(mul(floorDiv(a, gcd(a, b)), b)) as Tensor;
  },
  nonDifferentiable: 'the operands are integers',
  reference: ([a, b]) =>
    generate(tryBroadcast([a.shape, b.shape]) as number[], a.dtype, (point) => {
      const [m, n] = [elementAt(a, point), elementAt(b, point)];
      let [x, y] = [Math.abs(m), Math.abs(n)];
      while (y !== 0) [x, y] = [y, x % y];
      const product = x === 0 ? 0 : Math.imul(m / x, n);
      return a.dtype === 'uint32' ? product : Math.abs(product);
    }),
  samples: [
    { label: 'signed', inputs: [nd([5], [4, -3, 0, 0, 7], 'int32'), nd([5], [6, 5, 5, 0, -7], 'int32')] },
    { label: 'unsigned', inputs: [nd([2], [65536, 6], 'uint32'), nd([2], [32768, 4], 'uint32')] },
    { label: 'broadcast', inputs: [nd([2, 1], [12, -6], 'int32'), nd([3], [4, 9, 1], 'int32')] },
    { label: 'scalars', inputs: [nd([], [6], 'int32'), nd([], [4], 'int32')] },
    { label: 'empty', inputs: [nd([0], [], 'int32'), nd([], [1], 'int32')] },
  ],
  errors: bitsErrors('lcm', 'integers'),
});
