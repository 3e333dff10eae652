/** `hypot`: the length of the hypotenuse. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { Expression } from '@deft/kernel';
import { add } from './add.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { binary, compare, map, select, unary } from './definition/scalar.ts';
import type { BinaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

/**
 * The length of the hypotenuse, without overflow, with broadcasting. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { hypot, tensor } from '@deft/tensor';
 * console.log(hypot(tensor([3, 1e20]), tensor([4, 0])).toArray()); // [5, 1e+20]
 * ```
 */
export const hypot: OperationFunction<BinaryFloat> = definePrimitive({
  name: 'hypot',
  inputs: ['a', 'b'],
  doc: {
    group: 'math',
    summary: 'The length of the hypotenuse, without overflow, with broadcasting.',
    math: 'hypot(a, b) = √(a² + b²)',
    notes: ['Infinity if one operand is infinite, even beside NaN. The derivative at (0, 0) is 0.'],
    see: ['norm', 'sqrt'],
  },
  promote: 'float',
  infer: ([a, b]) => floating('hypot', a, b),
  batch: 'elementwise',
  lower: map((a: Expression, b: Expression) => {
    const [left, right] = [unary('abs', a), unary('abs', b)];
    const longer = binary('max', left, right);
    const ratio = binary('div', binary('min', left, right), longer);
    const length = binary('mul', longer, unary('sqrt', binary('add', binary('mul', ratio, ratio), 1)));
    const infinite = binary('or', compare('equal', left, Infinity), compare('equal', right, Infinity));
    return select(infinite, Infinity, select(compare('equal', longer, 0), 0, length));
  }),
  jvp: ([a, b], [da, db], _, output) => add(mul(da, cosine(a, output)), mul(db, cosine(b, output))),
  vjp: (ct, { a, b, output }) => [mul(ct, cosine(a, output)), mul(ct, cosine(b, output))],
  saves: ['a', 'b', 'output'],
  reference: elementwise(Math.hypot),
  samples: [
    { label: 'typical', inputs: [nd([4], [3, -2, 3, 0.5]), nd([4], [4, -1, 3, -4])], grad: 'check' },
    { label: 'broadcast', inputs: [nd([2, 1], [1, -2]), nd([3], [1.5, -1, 0.5])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [1.5]), nd([], [2])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [3, -1], 'int32'), nd([2], [4, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
    { label: 'one leg of 0', inputs: [nd([2], [0, 2]), nd([2], [3, 0])], grad: 'check' },
    { label: 'no legs', inputs: [nd([1], [0]), nd([1], [0])], grad: [[0], [0]] },
    {
      label: 'large and small',
      inputs: [nd([2], [1e30, 1e-30]), nd([2], [1e30, 1e-30])],
      grad: [
        [Math.SQRT1_2, Math.SQRT1_2],
        [Math.SQRT1_2, Math.SQRT1_2],
      ],
    },
    {
      label: 'nan and infinities',
      inputs: [nd([4], [NaN, Infinity, -Infinity, 2]), nd([4], [1, NaN, 3, NaN])],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /hypot: shapes do not broadcast together/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /hypot: expected floating input, got bool/,
    },
  ],
});

/** A leg over the hypotenuse; 0 where there is none. */
function cosine(leg: Tensor, length: Tensor): Tensor {
  const none = equal(length, 0);
  return where(none, 0, div(leg, where(none, 1, length)));
}
