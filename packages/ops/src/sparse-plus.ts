/** `sparsePlus`: a relu with a quadratic corner. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { add } from './add.ts';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { less } from './less.ts';
import { mul } from './mul.ts';
import { square } from './square.ts';
import { where } from './where.ts';

/**
 * A form of relu with a quadratic corner between −1 and 1. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { sparsePlus, tensor } from '@deft/tensor';
 * console.log(sparsePlus(tensor([-2, 0, 2])).toArray()); // [0, 0.25, 2]
 * ```
 */
export const sparsePlus: OperationFunction<UnaryFloat> = defineComposite({
  name: 'sparsePlus',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'A form of relu with a quadratic corner between −1 and 1.',
    math: 'sparsePlus(x) = 0 for x ≤ −1, (x + 1)² / 4 for −1 < x < 1, x for x ≥ 1',
    see: ['relu', 'squareplus', 'sparseSigmoid'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('sparsePlus', x.abstract);
    const inside = less(abs(x), 1);
    const corner = mul(square(add(where(inside, x, 0), 1)), 0.25);
    return where(inside, corner, where(less(x, 0), 0, x));
  },
  reference: elementwise((v) => (v <= -1 ? 0 : v >= 1 ? v : (v + 1) ** 2 / 4)),
  samples: [
    { label: 'every piece', inputs: [nd([5], [-3, -0.5, 0, 0.5, 4])], grad: 'check' },
    { label: 'the seams', inputs: [nd([2], [-1, 1])], grad: [[0, 1]] },
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
      says: /sparsePlus: expected floating input, got bool/,
    },
  ],
});
