/** `logAddExp2`: the logarithm to base 2 of the sum of two powers of 2. */
import { type DType, nd, type OperationFunction, type Tensor } from '@deft/core';
import { castExpression, type Expression } from '@deft/kernel';
import { add } from './add.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { binary, compare, map, select, unary } from './definition/scalar.ts';
import type { BinaryFloat } from './definition/signatures.ts';
import { equal } from './equal.ts';
import { isFinite } from './is-finite.ts';
import { logicalAnd } from './logical-and.ts';
import { logicalNot } from './logical-not.ts';
import { mul } from './mul.ts';
import { sigmoid } from './sigmoid.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/**
 * The logarithm to base 2 of the sum of two powers of 2, without overflow, with broadcasting. Integers are taken as float32.
 *
 * @throws `E_BROADCAST` when the shapes do not broadcast, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { logAddExp2, tensor } from '@deft/tensor';
 * console.log(logAddExp2(tensor([3, 1000]), tensor([3, 1000])).toArray()); // [4, 1001]
 * ```
 */
export const logAddExp2: OperationFunction<BinaryFloat> = definePrimitive({
  name: 'logAddExp2',
  inputs: ['a', 'b'],
  doc: {
    group: 'math',
    summary: 'The logarithm to base 2 of the sum of two powers of 2, without overflow, with broadcasting.',
    math: 'logAddExp2(a, b) = log₂(2ᵃ + 2ᵇ)',
    notes: ['Computed in float64: where the sum is near 1, the two parts of the result cancel.'],
    see: ['logAddExp', 'logSumExp', 'exp2'],
  },
  promote: 'float',
  infer: ([a, b]) => floating('logAddExp2', a, b),
  batch: 'elementwise',
  lower: map((a: Expression, b: Expression) =>
    inDouble(a.dtype, castExpression(a, 'float64'), castExpression(b, 'float64')),
  ),
  jvp: ([a, b], [da, db]) => add(mul(da, share(a, b)), mul(db, share(b, a))),
  vjp: (ct, { a, b }) => [mul(ct, share(a, b)), mul(ct, share(b, a))],
  saves: ['a', 'b'],
  reference: elementwise((a, b) => (a === b ? a + 1 : Math.max(a, b) + Math.log1p(2 ** -Math.abs(a - b)) * Math.LOG2E)),
  samples: [
    { label: 'typical', inputs: [nd([4], [1, -2, 3, 0.5]), nd([4], [2, -1, 3, -4])], grad: 'check' },
    { label: 'equal', inputs: [nd([2], [1, -2]), nd([2], [1, -2])], grad: 'check' },
    { label: 'broadcast', inputs: [nd([2, 1], [1, -2]), nd([3], [1.5, -1, 0.5])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [1.5]), nd([], [2])], grad: 'check' },
    { label: 'a sum near 1', inputs: [nd([3], [-1, -0.5, -0.25]), nd([3], [-1.01, -1.75, -2.66])], grad: 'check' },
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
      says: /logAddExp2: shapes do not broadcast together/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /logAddExp2: expected floating input, got bool/,
    },
  ],
});

/** The result of operands in float64, rounded to the dtype. */
function inDouble(dtype: DType, a: Expression, b: Expression): Expression {
  const distance = unary('neg', unary('abs', binary('sub', a, b)));
  const smaller = unary('exp', binary('mul', distance, Math.LN2));
  const sum = binary('add', binary('max', a, b), binary('mul', unary('log1p', smaller), Math.LOG2E));
  // Infinity less Infinity is no number: equal operands are told apart from that.
  return castExpression(select(compare('equal', a, b), binary('add', a, 1), sum), dtype);
}

/** What an operand contributes to the sum, from 0 to 1; 0 where both are infinite, as nothing is known of them. */
function share(x: Tensor, other: Tensor): Tensor {
  const unknown = logicalAnd(equal(x, other), logicalNot(isFinite(x)));
  return where(unknown, 0, sigmoid(mul(where(unknown, 0, sub(x, other)), Math.LN2))) as Tensor;
}
