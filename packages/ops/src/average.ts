/** `average`: the weighted mean. */
import { type Axes, type CheckAxes, nd, type OperationFunction, type Reduced, type Tensor } from '@deft/core';
import { broadcastTo } from './broadcast-to.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { type ReductionOptions, reduceArguments } from './definition/reduction.ts';
import { floating } from './definition/rules.ts';
import type { FloatOfAll, ShapeOf } from './definition/signatures.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { sum } from './sum.ts';

type Average = <
  const X extends TensorLike,
  const W extends TensorLike = number,
  const Axis extends Axes | undefined = undefined,
  const Keep extends boolean = false,
>(
  x: X,
  weights?: W,
  options?: ReductionOptions<Axis, Keep> & CheckAxes<ShapeOf<X>, Axis>,
) => Tensor<Reduced<ShapeOf<X>, Axis, Keep>, FloatOfAll<X | W>>;

/**
 * The mean over axes (all of them unless told), every element counted as often as its weight says. The weights broadcast
 * to the shape of `x`. Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice, `E_BROADCAST` when the weights do not fit.
 *
 * @example
 * ```ts
 * import { average, tensor } from '@deft/tensor';
 * console.log(average(tensor([1, 5]), tensor([3, 1])).toArray()); // 2
 * ```
 */
export const average: OperationFunction<Average> = defineComposite({
  name: 'average',
  inputs: ['x', 'weights'],
  doc: {
    group: 'reduction',
    summary: 'The mean over axes, weighted.',
    math: 'average(x, w) = Σ wᵢ xᵢ / Σ wᵢ',
    notes: ['Weights that add up to 0 give NaN or an infinity.'],
    see: ['mean'],
  },
  arguments: (x: TensorLike, weights: TensorLike = 1, options: ReductionOptions = {}) => ({
    inputs: [x, weights],
    attributes: reduceArguments('average')(x, options).attributes,
  }),
  promote: 'float',
  compose: ([x, weights], { axes, keepDims }): Tensor => {
    floating('average', x.abstract, weights.abstract);
    const { shape } = x.abstract;
    const spread = broadcastTo(weights, shape as number[]);
    const total = sum(mul(x, spread), { axis: axes, keepDims }) as Tensor;
    return div(total, sum(spread, { axis: axes, keepDims }) as Tensor);
  },
  samples: [
    { label: 'all axes', inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 2], [1, 2, 0.5, 1])], grad: 'check' },
    {
      label: 'weights along an axis',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6]), nd([3], [1, 2, 3])],
      rest: [{ axis: 1 }],
      grad: 'check',
    },
    {
      label: 'kept',
      inputs: [nd([2, 2], [1, 2, 3, 4]), nd([2, 1], [1, 3])],
      rest: [{ axis: 0, keepDims: true }],
      grad: 'check',
    },
    { label: 'without weights', inputs: [nd([2, 2], [1, 2, 3, 4])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [3]), nd([], [2])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [1, 4], 'int32'), nd([2], [1, 2], 'int32')] },
    { label: 'weights of 0', inputs: [nd([2], [1, 4]), nd([2], [0, 0])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [1, { axis: 2 }],
      code: 'E_AXIS',
      says: /average: axis: .*got 2/,
    },
    {
      label: 'weights that do not fit',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /average: shapes do not broadcast together/,
    },
  ],
});
