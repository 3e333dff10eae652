/** `atLeast2d`: at least two axes. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { AsMatrix } from './definition/joining-types.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { reshape } from './reshape.ts';

type AtLeast2d = <const X extends TensorLike>(x: X) => Tensor<AsMatrix<ShapeOf<X>>, DTypeOfOne<X>>;

/**
 * The tensor with at least 2 axes. A vector becomes a row.
 *
 * @example
 * ```ts
 * import { atLeast2d, tensor } from '@deft/tensor';
 * console.log(atLeast2d(tensor([1, 2])).shape); // [1, 2]
 * ```
 */
export const atLeast2d: OperationFunction<AtLeast2d> = defineComposite({
  name: 'atLeast2d',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'The tensor with at least 2 axes. A vector becomes a row.',
    see: ['expandDims', 'reshape'],
  },
  compose: ([x]): Tensor => (x.rank >= 2 ? x : (reshape(x, [1, x.size]) as Tensor)),
  samples: [
    { label: 'a scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'a vector', inputs: [nd([2], [1, 2])], grad: 'check' },
    { label: 'a matrix', inputs: [nd([1, 2], [1, 2])], grad: 'check' },
    { label: 'empty', inputs: [nd([0], [])] },
  ],
  errors: [],
});
