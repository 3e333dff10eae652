/** `neg`: the negative of every element. */
import { nd, type OperationFunction } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { Unary } from './definition/signatures.ts';

/**
 * The negative of every element.
 *
 * @example
 * ```ts
 * import { neg, tensor } from '@deft/tensor';
 * console.log(neg(tensor([1, -2])).toArray()); // [-1, 2]
 * ```
 */
export const neg: OperationFunction<Unary> = definePrimitive({
  name: 'neg',
  inputs: ['x'],
  doc: {
    group: 'arithmetic',
    summary: 'The negative of every element.',
    math: 'neg(x) = −x',
    notes: ['Integers wrap: the smallest int32 is its own negative.'],
    see: ['sub', 'abs'],
  },
  infer: ([x]) => numeric('neg', x),
  jvp: (_, [dx]) => neg(dx),
  vjp: (ct) => [neg(ct)],
  batch: 'elementwise',
  lower: map((x) => unary('neg', x)),
  complex: 'parts',
  reference: elementwise((x) => -x),
  samples: [
    { label: 'both signs', inputs: [nd([2, 2], [1, -2, 0.5, 0])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'integers wrap', inputs: [nd([3], [1, -5, -2147483648], 'int32')] },
    { label: 'unsigned integers wrap', inputs: [nd([2], [0, 1], 'uint32')] },
    { label: 'empty', inputs: [nd([0, 2], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /neg: expected numeric input, got bool/,
    },
  ],
});
