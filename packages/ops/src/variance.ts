/** `variance`: the mean squared distance from the mean, over axes. */
import { nd, type OperationFunction, reducedShape, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { countOver, type FloatReduction, type ReductionOptions, reduceArguments } from './definition/reduction.ts';
import { floating } from './definition/rules.ts';
import { div } from './div.ts';
import { mean } from './mean.ts';
import { mul } from './mul.ts';
import { reshape } from './reshape.ts';
import { square } from './square.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';

/** Options of `variance` and `std`. */
export interface VarianceOptions extends ReductionOptions {
  /** Taken off the number of elements before dividing: 0 (unless told) for a population, 1 for a sample. */
  readonly correction?: number;
}

/**
 * The variance over axes (all of them unless told), in two passes. Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice, `E_ATTRIBUTE` for a bad correction.
 * @example
 * ```ts
 * import { tensor, variance } from '@deft/tensor';
 * console.log(variance(tensor([1, 2, 3, 4])).toArray()); // 1.25
 * ```
 */
export const variance: OperationFunction<FloatReduction<VarianceOptions>> = defineComposite({
  name: 'variance',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'The mean squared distance from the mean, over axes (all of them unless told).',
    math: 'variance(x) = Σ (xᵢ − x̄)² / (n − correction)',
    notes: ['Computed in two passes: the mean first, then the squared distances.', 'The variance of nothing is NaN.'],
    see: ['std', 'mean'],
  },
  arguments: (x: TensorLike, options: VarianceOptions = {}) => {
    const { inputs, attributes } = reduceArguments('variance')(x, options);
    return {
      inputs,
      attributes: { ...attributes, correction: finiteNumber('variance', 'correction', options.correction ?? 0, 0) },
    };
  },
  promote: 'float',
  compose: ([x], { axes, keepDims, correction }) => {
    floating('variance', x.abstract);
    const total = sum(square(distance(x, axes)), { axis: axes, keepDims }) as Tensor;
    return div(total, divisor(x, axes, correction));
  },
  jvp: ([x], [dx], { axes, keepDims, correction }) => {
    const total = sum(mul(dx, distance(x, axes)), { axis: axes, keepDims }) as Tensor;
    return mul(total, 2 / divisor(x, axes, correction));
  },
  vjp: (ct, { x }, { axes, correction }) => {
    const kept = reshape(ct, reducedShape(x.abstract.shape, axes, true)) as Tensor;
    return [mul(mul(kept, 2 / divisor(x, axes, correction)), distance(x, axes))];
  },
  saves: ['x'],
  samples: [
    { label: 'all axes', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 8])], grad: 'check' },
    { label: 'first axis', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 8])], rest: [{ axis: 0 }], grad: 'check' },
    {
      label: 'last axis, kept',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 8])],
      rest: [{ axis: -1, keepDims: true }],
      grad: 'check',
    },
    {
      label: 'of a sample',
      inputs: [nd([2, 3], [1, 2, 3, 4, 5, 8])],
      rest: [{ axis: 1, correction: 1 }],
      grad: 'check',
    },
    { label: 'far from 0', inputs: [nd([4], [10000001, 10000002, 10000003, 10000004])], grad: 'skip' },
    { label: 'equal elements', inputs: [nd([3], [2, 2, 2])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'integers', inputs: [nd([4], [1, 2, 3, 5], 'int32')] },
    { label: 'over an empty axis', inputs: [nd([2, 0], [])], rest: [{ axis: 1 }] },
    { label: 'nan and infinities', inputs: [nd([2, 2], [1, NaN, Infinity, 4])], rest: [{ axis: 1 }], grad: 'skip' },
  ],
  errors: [
    {
      label: 'axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [{ axis: 2 }],
      code: 'E_AXIS',
      says: /variance: axis: .*from -2 to 1, got 2/,
    },
    {
      label: 'a negative correction',
      inputs: [{ shape: [2] }],
      rest: [{ correction: -1 }],
      code: 'E_ATTRIBUTE',
      says: /variance: correction: .*at least 0, got -1/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /variance: expected floating input, got bool/,
    },
  ],
});

/** Distances from the mean. */
function distance(x: Tensor, axes: readonly number[]): Tensor {
  return sub(x, mean(x, { axis: axes, keepDims: true }) as Tensor);
}

function divisor(x: Tensor, axes: readonly number[], correction: number): number {
  return Math.max(0, countOver(x.abstract.shape, axes) - correction);
}
