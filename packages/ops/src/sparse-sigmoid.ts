/** `sparseSigmoid`: a sigmoid of straight pieces. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { add } from './add.ts';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { less } from './less.ts';
import { mul } from './mul.ts';
import { sign } from './sign.ts';
import { where } from './where.ts';

/**
 * A sigmoid of straight pieces; the derivative of sparsePlus. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { sparseSigmoid, tensor } from '@deft/tensor';
 * console.log(sparseSigmoid(tensor([-2, 0, 2])).toArray()); // [0, 0.5, 1]
 * ```
 */
export const sparseSigmoid: OperationFunction<UnaryFloat> = defineComposite({
  name: 'sparseSigmoid',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'A sigmoid of straight pieces; the derivative of sparsePlus.',
    math: 'sparseSigmoid(x) = min(max((x + 1) / 2, 0), 1)',
    notes: ['The derivative at −1 and 1 is 0.'],
    see: ['hardSigmoid', 'sparsePlus'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('sparseSigmoid', x.abstract);
    const inside = less(abs(x), 1);
    const middle = mul(add(where(inside, x, 0), 1), 0.5);
    return where(inside, middle, mul(add(sign(x), 1), 0.5));
  },
  reference: elementwise((v) => Math.min(1, Math.max(0, (v + 1) / 2))),
  samples: [
    { label: 'every piece', inputs: [nd([5], [-3, -0.5, 0, 0.5, 4])], grad: 'check' },
    { label: 'the seams', inputs: [nd([2], [-1, 1])], grad: [[0, 0]] },
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
      says: /sparseSigmoid: expected floating input, got bool/,
    },
  ],
});
