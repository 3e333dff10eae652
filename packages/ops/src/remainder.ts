/** `remainder`: the remainder with the sign of the divisor. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { numeric } from './definition/rules.ts';
import type { Binary } from './definition/signatures.ts';
import { mod } from './mod.ts';

/**
 * The remainder of the division that rounds down; it has the sign of the divisor, as in Python. The same as mod.
 *
 * @example
 * ```ts
 * import { remainder, tensor } from '@deft/tensor';
 * console.log(remainder(tensor([5, -5]), 3).toArray()); // [2, 1]
 * ```
 */
export const remainder: OperationFunction<Binary> = defineComposite({
  name: 'remainder',
  inputs: ['a', 'b'],
  doc: {
    group: 'arithmetic',
    summary:
      'The remainder of the division that rounds down; it has the sign of the divisor, as in Python. The same as mod.',
    math: 'remainder(a, b) = a − b · ⌊a / b⌋',
    see: ['mod', 'fmod'],
  },
  promote: 'all',
  compose: ([a, b]): Tensor => {
    numeric('remainder', a.abstract, b.abstract);
    return mod(a, b);
  },
  samples: [
    { label: 'all signs', inputs: [nd([4], [5.5, -5.5, 5.5, -5.5]), nd([4], [3, 3, -3, -3])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [7.25]), nd([], [2])], grad: 'check' },
    { label: 'integers', inputs: [nd([4], [5, -5, 5, -5], 'int32'), nd([4], [3, 3, -3, 0], 'int32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /remainder: shapes do not broadcast together/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /remainder: expected numeric input, got bool/,
    },
  ],
});
