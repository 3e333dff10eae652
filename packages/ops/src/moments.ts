/** `moments`: mean and variance over axes. */
import { type Axes, type CheckAxes, nd, type OperationFunction, type Reduced, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { type ReductionOptions, reduceArguments } from './definition/reduction.ts';
import type { DTypeOfOne, FloatOf, ShapeOf } from './definition/signatures.ts';
import { mean } from './mean.ts';
import { variance } from './variance.ts';

type Moments = <
  const X extends TensorLike,
  const Axis extends Axes | undefined = undefined,
  const Keep extends boolean = false,
>(
  x: X,
  options?: ReductionOptions<Axis, Keep> & CheckAxes<ShapeOf<X>, Axis>,
) => readonly [
  mean: Tensor<Reduced<ShapeOf<X>, Axis, Keep>, FloatOf<DTypeOfOne<X>>>,
  variance: Tensor<Reduced<ShapeOf<X>, Axis, Keep>, FloatOf<DTypeOfOne<X>>>,
];

/**
 * The mean and the variance over axes (all of them unless told). Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice.
 *
 * @example
 * ```ts
 * import { moments, tensor } from '@deft/tensor';
 * console.log(moments(tensor([1, 2, 3, 4])).map((x) => x.toArray())); // [2.5, 1.25]
 * ```
 */
export const moments: OperationFunction<Moments> = defineComposite({
  name: 'moments',
  inputs: ['x'],
  multipleResults: true,
  doc: {
    group: 'reduction',
    summary: 'The mean and the variance over axes (all of them unless told).',
    see: ['mean', 'variance'],
  },
  arguments: reduceArguments('moments'),
  promote: 'float',
  compose: ([x], { axes, keepDims }): readonly Tensor[] => {
    return [mean(x, { axis: axes, keepDims }) as Tensor, variance(x, { axis: axes, keepDims }) as Tensor];
  },
  samples: [
    { label: 'all axes', inputs: [nd([2, 3], [1, 2, 4, 7, 5, 6])], grad: 'check' },
    { label: 'first axis', inputs: [nd([2, 3], [1, 2, 3, 4, 0, 6])], rest: [{ axis: 0 }], grad: 'check' },
    {
      label: 'last axis, kept',
      inputs: [nd([2, 3], [1, 2, 4, 4.5, 7, 6])],
      rest: [{ axis: -1, keepDims: true }],
      grad: 'check',
    },
    { label: 'scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [1, -2, 3], 'int32')] },
    { label: 'nan', inputs: [nd([2, 2], [1, NaN, 3, 4])], rest: [{ axis: 1 }], grad: 'skip' },
  ],
  errors: [
    {
      label: 'axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [{ axis: 2 }],
      code: 'E_AXIS',
      says: /moments: axis: .*from -2 to 1, got 2/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /expected floating input, got bool/,
    },
  ],
});
