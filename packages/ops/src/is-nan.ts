/** `isNaN`: whether each element is NaN. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { comparison, floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryTest } from './definition/signatures.ts';
import { imag } from './imag.ts';
import { logicalOr } from './logical-or.ts';
import { real } from './real.ts';

/**
 * Whether each element is NaN.
 *
 * @example
 * ```ts
 * import { isNaN, tensor } from '@deft/tensor';
 * console.log(isNaN(tensor([1, NaN])).toArray()); // [false, true]
 * ```
 */
export const isNaN: OperationFunction<UnaryTest> = definePrimitive({
  name: 'isNaN',
  inputs: ['x'],
  doc: {
    group: 'comparison',
    summary: 'Whether each element is NaN.',
    see: ['isFinite', 'isInf'],
  },
  promote: 'float',
  infer: ([x]) => comparison('isNaN', floating('isNaN', x)),
  nonDifferentiable: 'the result is bool',
  batch: 'elementwise',
  lower: map((x) => unary('isNaN', x)),
  complex: ([x]) => logicalOr(isNaN(real(x)), isNaN(imag(x))) as Tensor,
  reference: elementwise(Number.isNaN, { dtype: 'bool' }),
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
      says: /isNaN: expected floating input, got bool/,
    },
  ],
});
