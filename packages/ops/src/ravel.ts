/** `ravel`: all elements in one axis. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { DTypeOfOne } from './definition/signatures.ts';
import { reshape } from './reshape.ts';

type Ravel = <const X extends TensorLike>(x: X) => Tensor<[number], DTypeOfOne<X>>;

/**
 * All elements in one axis, in row-major order. The same as flatten.
 *
 * @example
 * ```ts
 * import { ravel, tensor } from '@deft/tensor';
 * console.log(ravel(tensor([[1, 2], [3, 4]])).toArray()); // [1, 2, 3, 4]
 * ```
 */
export const ravel: OperationFunction<Ravel> = defineComposite({
  name: 'ravel',
  inputs: ['x'],
  doc: { group: 'shape', summary: 'All elements in one axis, in row-major order.', see: ['flatten', 'reshape'] },
  compose: ([x]): Tensor => reshape(x, [x.size]) as Tensor,
  samples: [
    { label: 'a matrix', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], grad: 'check' },
    { label: 'a scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 2], [])] },
  ],
  errors: [],
});
