/** `ptp`: the range of values. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { type Reduction, reduceArguments, reduceReference } from './definition/reduction.ts';
import { max } from './max.ts';
import { min } from './min.ts';
import { sub } from './sub.ts';

/**
 * The largest element less the smallest, over axes (all of them unless told).
 *
 * @throws `E_AXIS` when an axis is out of range or given twice.
 *
 * @example
 * ```ts
 * import { ptp, tensor } from '@deft/tensor';
 * console.log(ptp(tensor([3, 1, 7])).toArray()); // 6
 * ```
 */
export const ptp: OperationFunction<Reduction> = defineComposite({
  name: 'ptp',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'The largest element less the smallest, over axes (all of them unless told).',
    math: 'ptp(x) = max(x) − min(x)',
    see: ['max', 'min'],
  },
  arguments: reduceArguments('ptp'),
  compose: ([x], { axes, keepDims }): Tensor => {
    return sub(max(x, { axis: axes, keepDims }) as Tensor, min(x, { axis: axes, keepDims }) as Tensor);
  },
  reference: ([x], { axes, keepDims }) =>
    reduceReference(x, axes, keepDims, (values) =>
      values.some(Number.isNaN) ? Number.NaN : Math.max(...values) - Math.min(...values),
    ),
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
    { label: 'equal elements', inputs: [nd([2], [2, 2])], grad: [[0, 0]] },
  ],
  errors: [
    {
      label: 'axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [{ axis: 2 }],
      code: 'E_AXIS',
      says: /ptp: axis: .*from -2 to 1, got 2/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /expected numeric input, got bool/,
    },
  ],
});
