/** `isFinite`: whether each element is neither NaN nor an infinity. */
import { nd, type OperationFunction } from '@deft/core';
import { abs } from './abs.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryTest } from './definition/signatures.ts';
import { less } from './less.ts';

/**
 * Whether each element is neither NaN nor an infinity.
 *
 * @example
 * ```ts
 * import { isFinite, tensor } from '@deft/tensor';
 * console.log(isFinite(tensor([1, Infinity])).toArray()); // [true, false]
 * ```
 */
export const isFinite: OperationFunction<UnaryTest> = defineComposite({
  name: 'isFinite',
  inputs: ['x'],
  doc: {
    group: 'comparison',
    summary: 'Whether each element is neither NaN nor an infinity.',
    see: ['isNaN', 'isInf'],
  },
  promote: 'float',
  compose: ([x]) => {
    floating('isFinite', x.abstract);
    return less(abs(x), Infinity);
  },
  nonDifferentiable: 'the result is bool',
  samples: [
    { label: 'all kinds', inputs: [nd([6], [1, -2, 0, NaN, Infinity, -Infinity])] },
    { label: 'the largest number', inputs: [nd([2], [3.4028234663852886e38, -3.4028234663852886e38])] },
    { label: 'integers', inputs: [nd([2], [-1, 2147483647], 'int32')] },
    { label: 'scalar', inputs: [nd([], [NaN])] },
    { label: 'empty', inputs: [nd([0, 3], [])] },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /isFinite: expected floating input, got bool/,
    },
  ],
});
