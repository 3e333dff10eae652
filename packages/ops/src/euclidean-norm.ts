/** `euclideanNorm`: the Euclidean length over axes. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { type FloatReduction, reduceArguments, reduceReference } from './definition/reduction.ts';
import { norm } from './norm.ts';

/**
 * The Euclidean length over axes (all of them unless told). The same as norm. Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice.
 *
 * @example
 * ```ts
 * import { euclideanNorm, tensor } from '@deft/tensor';
 * console.log(euclideanNorm(tensor([3, 4])).toArray()); // 5
 * ```
 */
export const euclideanNorm: OperationFunction<FloatReduction> = defineComposite({
  name: 'euclideanNorm',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'The Euclidean length over axes (all of them unless told). The same as norm.',
    math: 'euclideanNorm(x) = √ Σ xᵢ²',
    notes: ['The derivative at 0 is 0.'],
    see: ['norm'],
  },
  arguments: reduceArguments('euclideanNorm'),
  promote: 'float',
  compose: ([x], { axes, keepDims }): Tensor => {
    return norm(x, { axis: axes, keepDims }) as Tensor;
  },
  reference: ([x], { axes, keepDims }) => reduceReference(x, axes, keepDims, (values) => Math.hypot(...values)),
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
  ],
  errors: [
    {
      label: 'axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [{ axis: 2 }],
      code: 'E_AXIS',
      says: /euclideanNorm: axis: .*from -2 to 1, got 2/,
    },
  ],
});
