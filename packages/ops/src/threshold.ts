/** `threshold`: small elements replaced. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloatWith } from './definition/signatures.ts';
import { lessEqual } from './less-equal.ts';
import { where } from './where.ts';

/** Options of `threshold`. */
export interface ThresholdOptions {
  /** Elements up to this are replaced; 0 unless told. */
  readonly threshold?: number;
  /** What replaces them; 0 unless told. */
  readonly value?: number;
}

/**
 * Elements up to a threshold are replaced by a value. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { tensor, threshold } from '@deft/tensor';
 * console.log(threshold(tensor([-2, 3])).toArray()); // [0, 3]
 * ```
 */
export const threshold: OperationFunction<UnaryFloatWith<ThresholdOptions>> = defineComposite({
  name: 'threshold',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'Elements up to a threshold are replaced by a value.',
    math: 'threshold(x) = x for x > threshold, else value',
    notes: ['The derivative at the threshold is 0.'],
    see: ['relu', 'hardShrink'],
  },
  arguments: (x: TensorLike, options: ThresholdOptions = {}) => ({
    inputs: [x],
    attributes: {
      threshold: finiteNumber('threshold', 'threshold', options.threshold ?? 0),
      value: finiteNumber('threshold', 'value', options.value ?? 0),
    },
  }),
  promote: 'float',
  compose: ([x], { threshold, value }): Tensor => {
    floating('threshold', x.abstract);
    return where(lessEqual(x, threshold), value, x);
  },
  samples: [
    { label: 'typical', inputs: [nd([4], [-2, 0.5, 1.5, 3])], rest: [{ threshold: 1, value: 7 }], grad: 'check' },
    { label: 'the step', inputs: [nd([2], [0, 1])], grad: [[0, 1]] },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-1, 0, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /threshold: expected floating input, got bool/,
    },
    {
      label: 'no number',
      inputs: [{ shape: [2] }],
      rest: [{ threshold: Number.NaN }],
      code: 'E_ATTRIBUTE',
      says: /threshold: threshold: expected a finite number, got NaN/,
    },
  ],
});
