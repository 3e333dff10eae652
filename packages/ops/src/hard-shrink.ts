/** `hardShrink`: small elements set to 0. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloatWith } from './definition/signatures.ts';
import { lessEqual } from './less-equal.ts';
import { where } from './where.ts';

/** Options of `hardShrink`. */
export interface HardShrinkOptions {
  /** Elements up to this far from 0 are shrunk to 0; 0.5 unless told. */
  readonly threshold?: number;
}

/**
 * Elements within a threshold of 0 become 0, others stay. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { hardShrink, tensor } from '@deft/tensor';
 * console.log(hardShrink(tensor([-2, 0.25])).toArray()); // [-2, 0]
 * ```
 */
export const hardShrink: OperationFunction<UnaryFloatWith<HardShrinkOptions>> = defineComposite({
  name: 'hardShrink',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'Elements within a threshold of 0 become 0, others stay.',
    math: 'hardShrink(x) = x for |x| > λ, else 0',
    notes: ['The derivative at ±λ is 0.'],
    see: ['softShrink'],
  },
  arguments: (x: TensorLike, options: HardShrinkOptions = {}) => ({
    inputs: [x],
    attributes: { threshold: finiteNumber('hardShrink', 'threshold', options.threshold ?? 0.5, 0) },
  }),
  promote: 'float',
  compose: ([x], { threshold }): Tensor => {
    floating('hardShrink', x.abstract);
    return where(lessEqual(abs(x), threshold), 0, x);
  },
  samples: [
    { label: 'every piece', inputs: [nd([5], [-2, -0.25, 0, 0.25, 2])], grad: 'check' },
    { label: 'the steps', inputs: [nd([2], [-0.5, 0.5])], grad: [[0, 0]] },
    { label: 'another threshold', inputs: [nd([2], [-2, 0.75])], rest: [{ threshold: 1 }], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [1.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-1, 0, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /hardShrink: expected floating input, got bool/,
    },
    {
      label: 'a negative threshold',
      inputs: [{ shape: [2] }],
      rest: [{ threshold: -1 }],
      code: 'E_ATTRIBUTE',
      says: /hardShrink: threshold: .*at least 0, got -1/,
    },
  ],
});
