/** `relu6`: the rectified linear unit with a ceiling of 6. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { numeric } from './definition/rules.ts';
import type { Unary } from './definition/signatures.ts';
import { greater } from './greater.ts';
import { less } from './less.ts';
import { logicalAnd } from './logical-and.ts';
import { maximum } from './maximum.ts';
import { minimum } from './minimum.ts';
import { where } from './where.ts';

/**
 * The rectified linear unit with a ceiling of 6.
 *
 * @example
 * ```ts
 * import { relu6, tensor } from '@deft/tensor';
 * console.log(relu6(tensor([-1, 3, 8])).toArray()); // [0, 3, 6]
 * ```
 */
export const relu6: OperationFunction<Unary> = defineComposite({
  name: 'relu6',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'The rectified linear unit with a ceiling of 6.',
    math: 'relu6(x) = min(max(x, 0), 6)',
    notes: ['The derivative at 0 and at 6 is 0.'],
    see: ['relu', 'clip'],
  },
  promote: 'all',
  compose: ([x]) => {
    numeric('relu6', x.abstract);
    return minimum(maximum(x, 0), 6);
  },
  jvp: ([x], [dx]) => where(inside(x), dx, 0),
  vjp: (ct, { x }) => [where(inside(x), ct, 0)],
  saves: ['x'],
  samples: [
    { label: 'both signs', inputs: [nd([5], [-3, -0.5, 1, 4, 7])], grad: 'check' },
    { label: 'the kinks at 0 and 6', inputs: [nd([5], [-1, 0, 3, 6, 7])], grad: [[0, 0, 1, 0, 0]] },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-1, 3, 9], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /relu6: expected numeric input, got bool/,
    },
  ],
});

/** Where the slope is 1. */
function inside(x: Tensor): Tensor {
  return logicalAnd(greater(x, 0), less(x, 6));
}
