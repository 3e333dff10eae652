/** `isPosInf`: whether an element is +∞. */
import { isFloating, nd, type OperationFunction, type Tensor } from '@deft/core';
import { cast } from './cast.ts';
import { defineComposite } from './definition/define.ts';
import type { UnaryTest } from './definition/signatures.ts';
import { equal } from './equal.ts';

/**
 * Whether an element is +∞.
 *
 * @example
 * ```ts
 * import { isPosInf, tensor } from '@deft/tensor';
 * console.log(isPosInf(tensor([1, Number.POSITIVE_INFINITY])).toArray()); // [false, true]
 * ```
 */
export const isPosInf: OperationFunction<UnaryTest> = defineComposite({
  name: 'isPosInf',
  inputs: ['x'],

  doc: {
    group: 'comparison',
    summary: 'Whether an element is +∞.',

    see: ['isInf', 'isFinite'],
  },

  compose: ([x]): Tensor =>
    equal(cast(x, isFloating(x.dtype) ? x.dtype : 'float32'), Number.POSITIVE_INFINITY) as Tensor,
  nonDifferentiable: 'the result is a truth value',
  samples: [
    { label: 'special values', inputs: [nd([4], [1, Infinity, -Infinity, NaN])] },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0], [])] },
  ],
  errors: [],
});
