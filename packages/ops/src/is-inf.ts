/** `isInf`: whether each element is Infinity or −Infinity. */
import { nd, type OperationFunction } from '@deft/core';
import { abs } from './abs.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryTest } from './definition/signatures.ts';
import { equal } from './equal.ts';

/**
 * Whether each element is Infinity or −Infinity.
 *
 * @example
 * ```ts
 * import { isInf, tensor } from '@deft/tensor';
 * console.log(isInf(tensor([1, -Infinity])).toArray()); // [false, true]
 * ```
 */
export const isInf: OperationFunction<UnaryTest> = defineComposite({
  name: 'isInf',
  inputs: ['x'],
  doc: {
    group: 'comparison',
    summary: 'Whether each element is Infinity or −Infinity.',
    see: ['isNaN', 'isFinite'],
  },
  promote: 'float',
  compose: ([x]) => {
    floating('isInf', x.abstract);
    return equal(abs(x), Infinity);
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
      says: /isInf: expected floating input, got bool/,
    },
  ],
});
