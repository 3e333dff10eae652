/** `sign`: −1, 0 or 1, by the sign of the element. */
import { nd, type OperationFunction } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { Unary } from './definition/signatures.ts';
import { zerosLike } from './zeros-like.ts';

/**
 * −1, 0 or 1, by the sign of the element.
 *
 * @example
 * ```ts
 * import { sign, tensor } from '@deft/tensor';
 * console.log(sign(tensor([-3, 0, 2])).toArray()); // [-1, 0, 1]
 * ```
 */
export const sign: OperationFunction<Unary> = definePrimitive({
  name: 'sign',
  inputs: ['x'],
  doc: {
    group: 'arithmetic',
    summary: '−1, 0 or 1, by the sign of the element.',
    notes: ['The derivative is 0 everywhere.', 'NaN stays NaN.'],
    see: ['abs'],
  },
  infer: ([x]) => numeric('sign', x),
  jvp: (_, [dx]) => zerosLike(dx),
  vjp: () => [null],
  batch: 'elementwise',
  lower: map((x) => unary('sign', x)),
  reference: elementwise(Math.sign),
  samples: [
    { label: 'typical', inputs: [nd([4], [-2, -0.5, 0.5, 3])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-2, 0, 7], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'the step at 0', inputs: [nd([3], [-1, 0, 1])], grad: [[0, 0, 0]] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /sign: expected numeric input, got bool/,
    },
  ],
});
