/** `isNegInf`: whether an element is −∞. */
import { isFloating, nd, type OperationFunction, type Tensor } from '@deft/core';
import { cast } from './cast.ts';
import { defineComposite } from './definition/define.ts';
import type { UnaryTest } from './definition/signatures.ts';
import { equal } from './equal.ts';

/**
 * Whether an element is −∞.
 *
 * @example
 * ```ts
 * import { isNegInf, tensor } from '@deft/tensor';
 * console.log(isNegInf(tensor([1, Number.NEGATIVE_INFINITY])).toArray()); // [false, true]
 * ```
 */
export const isNegInf: OperationFunction<UnaryTest> = defineComposite({
  name: 'isNegInf',
  inputs: ['x'],

  doc: {
    group: 'comparison',
    summary: 'Whether an element is −∞.',

    see: ['isInf', 'isFinite'],
  },

  compose: ([x]): Tensor =>
    equal(cast(x, isFloating(x.dtype) ? x.dtype : 'float32'), Number.NEGATIVE_INFINITY) as Tensor,
  nonDifferentiable: 'the result is a truth value',
  samples: [
    { label: 'special values', inputs: [nd([4], [1, Infinity, -Infinity, NaN])] },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0], [])] },
  ],
  errors: [],
});
