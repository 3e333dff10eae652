/** `copySign`: the sign of another number. */
import { nd, type OperationFunction } from '@deft/core';
import type { Expression } from '@deft/kernel';
import { add } from './add.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { binary, compare, map, select, unary } from './definition/scalar.ts';
import type { BinaryFloat } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { sign } from './sign.ts';
import { zerosLike } from './zeros-like.ts';

/**
 * The size of `a` with the sign of `b`, with broadcasting. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { copySign, tensor } from '@deft/tensor';
 * console.log(copySign(tensor([1, -2]), tensor([-3, 4])).toArray()); // [-1, 2]
 * ```
 */
export const copySign: OperationFunction<BinaryFloat> = definePrimitive({
  name: 'copySign',
  inputs: ['a', 'b'],
  doc: {
    group: 'arithmetic',
    summary: 'The size of `a` with the sign of `b`, with broadcasting.',
    math: 'copySign(a, b) = ±|a|',
    notes: [
      '−0 is negative; NaN is taken as positive.',
      'The derivative with respect to b is 0, and so is the one with respect to a at 0.',
    ],
    see: ['sign', 'abs'],
  },
  promote: 'float',
  infer: ([a, b]) => floating('copySign', a, b),
  batch: 'elementwise',
  lower: map((a: Expression, b: Expression) => {
    const size = unary('abs', a);
    const telling = select(compare('equal', b, 0), binary('div', 1, b), b);
    return select(compare('less', telling, 0), unary('neg', size), size);
  }),
  jvp: ([a], [da, db], _, output) => add(mul(da, mul(sign(a), sign(output))), zerosLike(db)),
  vjp: (ct, { a, output }) => [mul(ct, mul(sign(a), sign(output))), null],
  saves: ['a', 'output'],
  reference: elementwise((a, b) => (b < 0 || Object.is(b, -0) ? -Math.abs(a) : Math.abs(a))),
  samples: [
    { label: 'all signs', inputs: [nd([4], [3, -2, 3, -0.5]), nd([4], [4, -1, -3, 4])], grad: 'check' },
    { label: 'broadcast', inputs: [nd([2, 1], [1, -2]), nd([3], [1.5, -1, 0.5])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [1.5]), nd([], [2])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [3, -1], 'int32'), nd([2], [4, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
    { label: 'zeros', inputs: [nd([3], [1, 1, 2]), nd([3], [0, -0, -0])], grad: 'skip' },
    {
      label: 'the kink at 0',
      inputs: [nd([2], [0, 2]), nd([2], [1, -1])],
      grad: [
        [0, -1],
        [0, 0],
      ],
    },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, 2]), nd([3], [1, -3, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /copySign: shapes do not broadcast together/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /copySign: expected floating input, got bool/,
    },
  ],
});
