/** `squaredDifference`: the square of the difference of two elements, with broadcasting. */
import { nd, type OperationFunction } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { numeric } from './definition/rules.ts';
import type { Binary } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';

/**
 * The square of the difference of two elements, with broadcasting.
 *
 * @example
 * ```ts
 * import { squaredDifference, tensor } from '@deft/tensor';
 * console.log(squaredDifference(tensor([1, 5]), 3).toArray()); // [4, 4]
 * ```
 */
export const squaredDifference: OperationFunction<Binary> = defineComposite({
  name: 'squaredDifference',
  inputs: ['a', 'b'],
  doc: {
    group: 'arithmetic',
    summary: 'The square of the difference of two elements, with broadcasting.',
    math: 'squaredDifference(a, b) = (a − b)²',
    see: ['sub', 'square'],
  },
  promote: 'all',
  compose: ([a, b]) => {
    numeric('squaredDifference', a.abstract, b.abstract);
    const difference = sub(a, b);
    return mul(difference, difference);
  },
  samples: [
    { label: 'same shape', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 2], [0.5, 2, -3, 8])], grad: 'check' },
    { label: 'broadcast both ways', inputs: [nd([2, 1], [1, 2]), nd([3], [10, 20, 30])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [1]), nd([], [3])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [1, -2], 'int32'), nd([2], [5, 7], 'int32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [2])] },
    {
      label: 'nan and infinities',
      inputs: [nd([3], [NaN, Infinity, Infinity]), nd([3], [1, 1, Infinity])],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /squaredDifference: expected numeric input, got bool/,
    },
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /squaredDifference: shapes do not broadcast together/,
    },
  ],
});
