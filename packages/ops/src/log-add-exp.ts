/** `logAddExp`: the logarithm of the sum of two exponentials. */
import { nd, type OperationFunction } from '@deft/core';
import type { Expression } from '@deft/kernel';
import { add } from './add.ts';
import { definePrimitive } from './definition/define.ts';
import { exponentialShare } from './definition/exponential-share.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { binary, compare, map, select, unary } from './definition/scalar.ts';
import type { BinaryFloat } from './definition/signatures.ts';
import { mul } from './mul.ts';

/**
 * The logarithm of the sum of two exponentials, without overflow, with broadcasting. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { logAddExp, tensor } from '@deft/tensor';
 * console.log(logAddExp(tensor([1000, 0]), tensor([1000, 0])).toArray()); // [1000.6931…, 0.6931…]
 * ```
 */
export const logAddExp: OperationFunction<BinaryFloat> = definePrimitive({
  name: 'logAddExp',
  inputs: ['a', 'b'],
  doc: {
    group: 'math',
    summary: 'The logarithm of the sum of two exponentials, without overflow, with broadcasting.',
    math: 'logAddExp(a, b) = ln(eᵃ + eᵇ)',
    see: ['logSumExp', 'softplus'],
  },
  promote: 'float',
  infer: ([a, b]) => floating('logAddExp', a, b),
  batch: 'elementwise',
  lower: map((a: Expression, b: Expression) => {
    const larger = binary('max', a, b);
    const distance = unary('neg', unary('abs', binary('sub', a, b)));
    const sum = binary('add', larger, unary('log1p', unary('exp', distance)));
    // Infinity less Infinity is no number: equal operands are told apart from that.
    const doubled = binary('add', a, Math.LN2);
    return select(compare('equal', a, b), doubled, sum);
  }),
  jvp: ([a, b], [da, db]) => add(mul(da, exponentialShare(a, b)), mul(db, exponentialShare(b, a))),
  vjp: (ct, { a, b }) => [mul(ct, exponentialShare(a, b)), mul(ct, exponentialShare(b, a))],
  saves: ['a', 'b'],
  reference: elementwise((a, b) => (a === b ? a + Math.LN2 : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))))),
  samples: [
    { label: 'typical', inputs: [nd([4], [1, -2, 3, 0.5]), nd([4], [2, -1, 3, -4])], grad: 'check' },
    { label: 'equal', inputs: [nd([2], [1, -2]), nd([2], [1, -2])], grad: 'check' },
    { label: 'broadcast', inputs: [nd([2, 1], [1, -2]), nd([3], [1.5, -1, 0.5])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [1.5]), nd([], [2])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [3, -1], 'int32'), nd([2], [4, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
    {
      label: 'far apart',
      inputs: [nd([3], [1000, -1000, -1e30]), nd([3], [1000, 0, 1])],
      grad: [
        [0.5, 0, 0],
        [0.5, 1, 1],
      ],
    },
    {
      label: 'nan and infinities',
      inputs: [
        nd([5], [NaN, Infinity, -Infinity, -Infinity, Infinity]),
        nd([5], [1, Infinity, -Infinity, 2, -Infinity]),
      ],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /logAddExp: shapes do not broadcast together/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /logAddExp: expected floating input, got bool/,
    },
  ],
});
