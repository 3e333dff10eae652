/** `hardSilu`: a piecewise quadratic form of silu. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { greater } from './greater.ts';
import { less } from './less.ts';
import { logicalAnd } from './logical-and.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

/**
 * A piecewise quadratic form of silu, also called hard swish. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { hardSilu, tensor } from '@deft/tensor';
 * console.log(hardSilu(tensor([-4, 0, 4])).toArray()); // [0, 0, 4]
 * ```
 */
export const hardSilu: OperationFunction<UnaryFloat> = defineComposite({
  name: 'hardSilu',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'A piecewise quadratic form of silu, also called hard swish.',
    math: 'hardSilu(x) = x · relu6(x + 3) / 6',
    notes: ['The derivative is 0 at −3 and 1 at 3.'],
    see: ['silu', 'hardSigmoid'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('hardSilu', x.abstract);
    const inside = logicalAnd(greater(x, -3), less(x, 3));
    const middle = where(inside, x, 0);
    return where(inside, mul(middle, mul(add(middle, 3), 1 / 6)), where(less(x, 0), 0, x));
  },
  reference: elementwise((v) => (v <= -3 ? 0 : v >= 3 ? v : (v * (v + 3)) / 6)),
  samples: [
    { label: 'every piece', inputs: [nd([5], [-4, -1, 0, 1, 4])], grad: 'check' },
    { label: 'the seams', inputs: [nd([2], [-3, 3])], grad: [[0, 1]] },
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
      says: /hardSilu: expected floating input, got bool/,
    },
  ],
});
