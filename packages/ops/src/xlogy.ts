/** `xlogy`: a number times the logarithm of another. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { BinaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { isNaN } from './is-nan.ts';
import { log } from './log.ts';
import { logicalAnd } from './logical-and.ts';
import { logicalNot } from './logical-not.ts';
import { mul } from './mul.ts';
import { sumTo } from './sum-to.ts';
import { where } from './where.ts';

/**
 * `x · ln y` with broadcasting, and 0 where `x` is 0, whatever `y` is (but NaN). Integers are taken as float32.
 *
 * @throws `E_BROADCAST` when the shapes do not broadcast, `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { xlogy, tensor } from '@deft/tensor';
 * console.log(xlogy(tensor([0, 2]), tensor([0, 1])).toArray()); // [0, 0]
 * ```
 */
export const xlogy: OperationFunction<BinaryFloat> = defineComposite({
  name: 'xlogy',
  inputs: ['x', 'y'],
  doc: {
    group: 'special',
    summary: 'A number times the logarithm of another, with broadcasting, and 0 where the first is 0.',
    math: 'xlogy(x, y) = x · ln y',
    notes: ['The derivative by y is 0 where x is 0.'],
    see: ['xlog1py', 'entr', 'log'],
  },
  promote: 'float',
  compose: ([x, y]): Tensor => {
    floating('xlogy', x.abstract, y.abstract);
    const nothing = logicalAnd(equal(x, 0), logicalNot(isNaN(y)));
    return where(nothing, 0, mul(x, log(where(nothing, 1, y)))) as Tensor;
  },
  jvp: ([x, y], [dx, dy]) => add(xlogy(dx, y), mul(dy, where(equal(x, 0), 0, div(x, y)))) as Tensor,
  vjp: (ct, { x, y }) => [
    sumTo(xlogy(ct, y) as Tensor, x.abstract.shape),
    sumTo(mul(ct, where(equal(x, 0), 0, div(x, y))) as Tensor, y.abstract.shape),
  ],
  saves: ['x', 'y'],
  reference: elementwise((x: number, y: number) => (x === 0 && !Number.isNaN(y) ? 0 : x * Math.log(y))),
  samples: [
    { label: 'typical', inputs: [nd([4], [1, -2, 3, 0.5]), nd([4], [2, 0.25, 3, 4])], grad: 'check' },
    { label: 'broadcast', inputs: [nd([2, 1], [1, -2]), nd([3], [1.5, 0.75, 0.5])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [1.5]), nd([], [2])], grad: 'check' },
    {
      label: 'nothing of a logarithm',
      inputs: [nd([2], [0, 0]), nd([2], [2, 0.5])],
      grad: [
        [Math.LN2, -Math.LN2],
        [0, 0],
      ],
    },
    { label: 'at 0', inputs: [nd([3], [0, -0, 1]), nd([3], [0, 0, 0])], grad: 'skip' },
    { label: 'integers', inputs: [nd([2], [3, 0], 'int32'), nd([2], [4, 0], 'int32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
    {
      label: 'nan and infinities',
      inputs: [nd([5], [NaN, 0, 1, 0, -Infinity]), nd([5], [1, NaN, Infinity, Infinity, 2])],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /xlogy: shapes do not broadcast together/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /xlogy: expected floating input, got bool/,
    },
  ],
});
