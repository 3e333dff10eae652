/** `atLeast1d`: at least one axis. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import type { DTypeOfOne, ShapeOf } from './definition/signatures.ts';
import { reshape } from './reshape.ts';

type AtLeast1d = <const X extends TensorLike>(x: X) => Tensor<ShapeOf<X> extends [] ? [1] : ShapeOf<X>, DTypeOfOne<X>>;

/**
 * The tensor with at least 1 axis. A scalar becomes a vector.
 *
 * @example
 * ```ts
 * import { atLeast1d, tensor } from '@deft/tensor';
 * console.log(atLeast1d(tensor([1, 2])).shape); // [2]
 * ```
 */
export const atLeast1d: OperationFunction<AtLeast1d> = defineComposite({
  name: 'atLeast1d',
  inputs: ['x'],
  doc: {
    group: 'shape',
    summary: 'The tensor with at least 1 axis. A scalar becomes a vector.',
    see: ['expandDims', 'reshape'],
  },
  compose: ([x]): Tensor => (x.rank >= 1 ? x : (reshape(x, [1]) as Tensor)),
  samples: [
    { label: 'a scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'a vector', inputs: [nd([2], [1, 2])], grad: 'check' },
    { label: 'a matrix', inputs: [nd([1, 2], [1, 2])], grad: 'check' },
    { label: 'empty', inputs: [nd([0], [])] },
  ],
  errors: [],
});
