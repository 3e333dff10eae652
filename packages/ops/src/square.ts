/** `square`: the square of every element. */
import { nd, type OperationFunction } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { numeric } from './definition/rules.ts';
import type { Unary } from './definition/signatures.ts';
import { mul } from './mul.ts';

/**
 * The square of every element.
 *
 * @example
 * ```ts
 * import { square, tensor } from '@deft/tensor';
 * console.log(square(tensor([1, -2, 3])).toArray()); // [1, 4, 9]
 * ```
 */
export const square: OperationFunction<Unary> = defineComposite({
  name: 'square',
  inputs: ['x'],
  doc: {
    group: 'arithmetic',
    summary: 'The square of every element.',
    math: 'square(x) = x²',
    notes: ['Integers wrap.'],
    see: ['pow', 'sqrt', 'squaredDifference'],
  },
  promote: 'all',
  compose: ([x]) => {
    numeric('square', x.abstract);
    return mul(x, x);
  },
  jvp: ([x], [dx]) => mul(dx, mul(x, 2)),
  vjp: (ct, { x }) => [mul(ct, mul(x, 2))],
  saves: ['x'],
  samples: [
    { label: 'both signs', inputs: [nd([4], [-2, -0.5, 0, 3])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-3, 0, 65536], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /square: expected numeric input, got bool/,
    },
  ],
});
