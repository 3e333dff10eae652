/** `trunc`: the element without its fraction. */
import { nd, type OperationFunction } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { Unary } from './definition/signatures.ts';
import { zerosLike } from './zeros-like.ts';

/**
 * The element without its fraction.
 *
 * @example
 * ```ts
 * import { tensor, trunc } from '@deft/tensor';
 * console.log(trunc(tensor([1.7, -1.7])).toArray()); // [1, -1]
 * ```
 */
export const trunc: OperationFunction<Unary> = definePrimitive({
  name: 'trunc',
  inputs: ['x'],
  doc: {
    group: 'rounding',
    summary: 'The element without its fraction.',
    notes: ['The derivative is 0 everywhere.', 'Integers stay as they are.'],
    see: ['floor', 'ceil', 'round'],
  },
  infer: ([x]) => numeric('trunc', x),
  jvp: (_, [dx]) => zerosLike(dx),
  vjp: () => [null],
  batch: 'elementwise',
  lower: map((x) => unary('trunc', x)),
  reference: elementwise(Math.trunc),
  samples: [
    { label: 'typical', inputs: [nd([5], [-2.7, -0.3, 0.2, 1.6, 3.5])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [1.25])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-2, 0, 7], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'halves', inputs: [nd([6], [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])], grad: [[0, 0, 0, 0, 0, 0]] },
    { label: 'whole numbers and large ones', inputs: [nd([4], [-3, -0, 8388609, 1e20])], grad: [[0, 0, 0, 0]] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /trunc: expected numeric input, got bool/,
    },
  ],
});
