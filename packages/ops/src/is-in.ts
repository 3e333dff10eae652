/** `isIn`: whether elements occur among others. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { any } from './any.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { ShapeOf } from './definition/signatures.ts';
import { equal } from './equal.ts';
import { expandDims } from './expand-dims.ts';
import { reshape } from './reshape.ts';

/**
 * Whether every element of `x` occurs anywhere in `among`.
 *
 * @example
 * ```ts
 * import { isIn, tensor } from '@deft/tensor';
 * console.log(isIn(tensor([1, 2]), tensor([2, 3])).toArray()); // [false, true]
 * ```
 */
export const isIn: OperationFunction<
  <const X extends TensorLike>(x: X, among: TensorLike) => Tensor<ShapeOf<X>, 'bool'>
> = defineComposite({
  name: 'isIn',
  inputs: ['x', 'among'],
  doc: {
    group: 'comparison',
    summary: 'Whether every element occurs anywhere in another tensor.',
    notes: ['NaN equals nothing, not even NaN.'],
    see: ['equal', 'any'],
  },
  promote: 'all',
  compose: ([x, among]): Tensor => any(equal(expandDims(x, -1), reshape(among, [among.size])), { axis: -1 }) as Tensor,
  nonDifferentiable: 'the result is bool',
  samples: [
    { label: 'a vector', inputs: [nd([3], [1, 2, 3]), nd([2], [3, 1])] },
    { label: 'matrices', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([1, 2], [4, 5])] },
    { label: 'scalars', inputs: [nd([], [1]), nd([], [1])] },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32'), nd([1], [2], 'int32')] },
    { label: 'in nothing', inputs: [nd([2], [1, 2]), nd([0], [])] },
    { label: 'nan', inputs: [nd([1], [NaN]), nd([1], [NaN])] },
  ],
  errors: [],
});
