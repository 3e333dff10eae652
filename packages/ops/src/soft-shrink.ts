/** `softShrink`: elements brought nearer to 0. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloatWith } from './definition/signatures.ts';
import { lessEqual } from './less-equal.ts';
import { mul } from './mul.ts';
import { sign } from './sign.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/** Options of `softShrink`. */
export interface SoftShrinkOptions {
  /** Elements up to this far from 0 are shrunk to 0; 0.5 unless told. */
  readonly threshold?: number;
}

/**
 * Elements brought nearer to 0 by a threshold; those within it become 0. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { softShrink, tensor } from '@deft/tensor';
 * console.log(softShrink(tensor([-2, 0.25])).toArray()); // [-1.5, 0]
 * ```
 */
export const softShrink: OperationFunction<UnaryFloatWith<SoftShrinkOptions>> = defineComposite({
  name: 'softShrink',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'Elements brought nearer to 0 by a threshold; those within it become 0.',
    math: 'softShrink(x) = sign(x) · max(|x| − λ, 0)',
    notes: ['The derivative at ±λ is 0.'],
    see: ['hardShrink'],
  },
  arguments: (x: TensorLike, options: SoftShrinkOptions = {}) => ({
    inputs: [x],
    attributes: { threshold: finiteNumber('softShrink', 'threshold', options.threshold ?? 0.5, 0) },
  }),
  promote: 'float',
  compose: ([x], { threshold }): Tensor => {
    floating('softShrink', x.abstract);
    const nearer = sub(x, mul(sign(x), threshold));
    return where(lessEqual(abs(x), threshold), 0, nearer);
  },
  samples: [
    { label: 'every piece', inputs: [nd([5], [-2, -0.25, 0, 0.25, 2])], grad: 'check' },
    { label: 'the seams', inputs: [nd([2], [-0.5, 0.5])], grad: [[0, 0]] },
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
      says: /softShrink: expected floating input, got bool/,
    },
    {
      label: 'a negative threshold',
      inputs: [{ shape: [2] }],
      rest: [{ threshold: -1 }],
      code: 'E_ATTRIBUTE',
      says: /softShrink: threshold: .*at least 0, got -1/,
    },
  ],
});
