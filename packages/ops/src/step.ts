/** `step`: 1 above 0. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { finiteNumber } from './definition/options.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloatWith } from './definition/signatures.ts';
import { greater } from './greater.ts';
import { isNaN } from './is-nan.ts';
import { onesLike } from './ones-like.ts';
import { where } from './where.ts';

/** Options of `step`. */
export interface StepOptions {
  /** The value at 0 and below; 0 unless told. */
  readonly alpha?: number;
}

/**
 * 1 for elements above 0, else alpha. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { step, tensor } from '@deft/tensor';
 * console.log(step(tensor([-2, 3])).toArray()); // [0, 1]
 * ```
 */
export const step: OperationFunction<UnaryFloatWith<StepOptions>> = defineComposite({
  name: 'step',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: '1 for elements above 0, else alpha.',
    notes: ['The derivative is 0 everywhere. NaN stays NaN.'],
    see: ['heaviside', 'sign'],
  },
  arguments: (x: TensorLike, options: StepOptions = {}) => ({
    inputs: [x],
    attributes: { alpha: finiteNumber('step', 'alpha', options.alpha ?? 0) },
  }),
  promote: 'float',
  compose: ([x], { alpha }): Tensor => {
    floating('step', x.abstract);
    return where(isNaN(x), x, where(greater(x, 0), onesLike(x), alpha));
  },
  samples: [
    { label: 'both signs', inputs: [nd([4], [-2, -0.5, 0.5, 3])], grad: 'check' },
    { label: 'the step at 0', inputs: [nd([1], [0])], grad: [[0]] },
    { label: 'another lower value', inputs: [nd([2], [-1, 1])], rest: [{ alpha: 0.25 }], grad: 'check' },
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
      says: /step: expected floating input, got bool/,
    },
    {
      label: 'alpha that is not finite',
      inputs: [{ shape: [2] }],
      rest: [{ alpha: Number.NaN }],
      code: 'E_ATTRIBUTE',
      says: /step: alpha: expected a finite number, got NaN/,
    },
  ],
});
