/** `atLeast3d`: at least three axes. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { AsVolume } from './definition/joining-types.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { reshape } from './reshape.ts';

type AtLeast3d = <const X extends TensorLike>(x: X) => Tensor<AsVolume<ShapeOf<X>>, DTypeOfOne<X>>;

/**
 * The tensor with at least 3 axes. A vector of n elements becomes [1, n, 1], a matrix gets an axis behind.
 *
 * @example
 * ```ts
 * import { atLeast3d, tensor } from '@deft/tensor';
 * console.log(atLeast3d(tensor([1, 2])).shape); // [1, 2, 1]
 * ```
 */
export const atLeast3d: OperationFunction<AtLeast3d> = defineComposite({
  name: 'atLeast3d',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'The tensor with at least 3 axes. A vector of n elements becomes [1, n, 1], a matrix gets an axis behind.',
    see: ['expandDims', 'reshape'],
  },
  compose: ([x]): Tensor =>
    x.rank >= 3 ? x : (reshape(x, x.rank === 2 ? [...x.abstract.shape, 1] : [1, x.size, 1]) as Tensor),
  samples: [
    { label: 'a scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'a vector', inputs: [nd([2], [1, 2])], grad: 'check' },
    { label: 'a matrix', inputs: [nd([1, 2], [1, 2])], grad: 'check' },
    { label: 'empty', inputs: [nd([0], [])] },
  ],
  errors: [],
});
