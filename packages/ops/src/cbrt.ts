/** `cbrt`: the cube root. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { greater } from './greater.ts';
import { less } from './less.ts';
import { logicalAnd } from './logical-and.ts';
import { mul } from './mul.ts';
import { pow } from './pow.ts';
import { sign } from './sign.ts';
import { square } from './square.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/**
 * The cube root, of negative elements too. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { cbrt, tensor } from '@deft/tensor';
 * console.log(cbrt(tensor([8, -27])).toArray()); // [2, -3]
 * ```
 */
export const cbrt: OperationFunction<UnaryFloat> = defineComposite({
  name: 'cbrt',
  inputs: ['x'],
  doc: {
    group: 'math',
    summary: 'The cube root, of negative elements too.',
    math: 'cbrt(x) = ∛x',
    notes: ['The derivative at 0 is Infinity.'],
    see: ['sqrt', 'pow'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('cbrt', x.abstract);
    const size = abs(x);
    const ordinary = logicalAnd(greater(size, 0), less(size, Number.POSITIVE_INFINITY));
    const safe = where(ordinary, size, 1);
    // 1/3 is rounded, which the power of a large number shows: one step of Newton's method mends that.
    const first = pow(safe, 1 / 3) as Tensor;
    const root = sub(first, div(sub(first, div(safe, square(first))), 3));
    return where(ordinary, mul(sign(x), root), x);
  },
  jvp: (_, [dx], _attributes, output) => div(dx, mul(square(output), 3)),
  vjp: (ct, { output }) => [div(ct, mul(square(output), 3))],
  saves: ['output'],
  reference: elementwise(Math.cbrt),
  samples: [
    { label: 'typical', inputs: [nd([4], [-8, -0.5, 2, 27])], grad: 'check' },
    { label: 'large and small', inputs: [nd([3], [1e30, -1e-30, 3e37])], grad: 'skip' },
    { label: 'the steep place at 0', inputs: [nd([1], [0])], grad: [[Number.POSITIVE_INFINITY]] },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-1, 0, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /cbrt: expected floating input, got bool/,
    },
  ],
});
