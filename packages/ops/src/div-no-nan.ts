/** `divNoNan`: a quotient that is 0 where the divisor is. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { BinaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { where } from './where.ts';

/**
 * The quotient, and 0 where the divisor is 0, with broadcasting. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { divNoNan, tensor } from '@deft/tensor';
 * console.log(divNoNan(tensor([1, 1]), tensor([2, 0])).toArray()); // [0.5, 0]
 * ```
 */
export const divNoNan: OperationFunction<BinaryFloat> = defineComposite({
  name: 'divNoNan',
  inputs: ['a', 'b'],
  doc: {
    group: 'arithmetic',
    summary: 'The quotient, and 0 where the divisor is 0, with broadcasting.',
    math: 'divNoNan(a, b) = a / b, and 0 for b = 0',
    notes: ['The derivatives where the divisor is 0 are 0.'],
    see: ['div'],
  },
  promote: 'float',
  compose: ([a, b]): Tensor => {
    floating('divNoNan', a.abstract, b.abstract);
    const none = equal(b, 0);
    return where(none, 0, div(a, where(none, 1, b)));
  },
  reference: elementwise((a, b) => (b === 0 ? 0 : a / b)),
  samples: [
    { label: 'typical', inputs: [nd([3], [3, -2, 5]), nd([3], [4, -1, 2])], grad: 'check' },
    {
      label: 'no divisor',
      inputs: [nd([3], [1, 0, NaN]), nd([3], [0, 0, 0])],
      grad: [
        [0, 0, 0],
        [0, 0, 0],
      ],
    },
    { label: 'broadcast', inputs: [nd([2, 1], [1, -2]), nd([3], [1.5, -1, 0.5])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [1.5]), nd([], [2])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [3, -1], 'int32'), nd([2], [4, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, 2]), nd([3], [1, -3, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /divNoNan: shapes do not broadcast together/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /divNoNan: expected floating input, got bool/,
    },
  ],
});
