/** `signbit`: whether the sign is a minus. */
import { isFloating, nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import type { UnaryTest } from './definition/signatures.ts';
import { equal } from './equal.ts';
import { less } from './less.ts';
import { reciprocal } from './reciprocal.ts';
import { where } from './where.ts';

/**
 * Whether an element is negative; −0 is.
 *
 * @example
 * ```ts
 * import { signbit, tensor } from '@deft/tensor';
 * console.log(signbit(tensor([-1, 0, -0])).toArray()); // [true, false, true]
 * ```
 */
export const signbit: OperationFunction<UnaryTest> = defineComposite({
  name: 'signbit',
  inputs: ['x'],
  doc: {
    group: 'bits',
    summary: 'Whether an element is negative; −0 is.',
    notes: ['NaN is taken as positive.'],
    see: ['sign', 'copySign'],
  },
  compose: ([x]): Tensor => {
    numeric('signbit', x.abstract);
    if (!isFloating(x.dtype)) return less(x, 0);
    return less(where(equal(x, 0), reciprocal(x), x), 0);
  },
  nonDifferentiable: 'the result is bool',
  reference: elementwise((x) => x < 0 || Object.is(x, -0), { dtype: 'bool' }),
  samples: [
    { label: 'both signs', inputs: [nd([4], [-2, 3, 0, -0])] },
    { label: 'integers', inputs: [nd([3], [-2, 3, 0], 'int32')] },
    { label: 'scalar', inputs: [nd([], [-3])] },
    { label: 'empty', inputs: [nd([0, 2], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])] },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /signbit: expected numeric input, got bool/,
    },
  ],
});
