/** `heaviside`: the unit step. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { BinaryFloat } from './definition/signatures.ts';
import { equal } from './equal.ts';
import { isNaN } from './is-nan.ts';
import { step } from './step.ts';
import { where } from './where.ts';

/**
 * 0 below 0, 1 above it, and `atZero` at it, with broadcasting. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { heaviside, tensor } from '@deft/tensor';
 * console.log(heaviside(tensor([-1, 0, 2]), 0.5).toArray()); // [0, 0.5, 1]
 * ```
 */
export const heaviside: OperationFunction<BinaryFloat> = defineComposite({
  name: 'heaviside',
  inputs: ['x', 'atZero'],
  doc: {
    group: 'arithmetic',
    summary: '0 below 0, 1 above it, and `atZero` at it, with broadcasting.',
    math: 'heaviside(x, h) = 0, h or 1',
    see: ['step', 'sign'],
  },
  promote: 'float',
  compose: ([x, atZero]): Tensor => {
    floating('heaviside', x.abstract, atZero.abstract);
    return where(isNaN(x), x, where(equal(x, 0), atZero, step(x)));
  },
  reference: elementwise((x, h) => (Number.isNaN(x) ? x : x === 0 ? h : Number(x > 0))),
  samples: [
    { label: 'typical', inputs: [nd([3], [-2, 0.5, 3]), nd([3], [1, 2, 3])], grad: 'check' },
    {
      label: 'the step',
      inputs: [nd([2], [0, 1]), nd([2], [0.5, 2])],
      grad: [
        [0, 0],
        [1, 0],
      ],
    },
    { label: 'broadcast', inputs: [nd([2, 1], [1, -2]), nd([3], [1.5, -1, 0.5])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [1.5]), nd([], [2])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [3, -1], 'int32'), nd([2], [4, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity]), nd([3], [1, NaN, 2])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /heaviside: shapes do not broadcast together/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /heaviside: expected floating input, got bool/,
    },
  ],
});
