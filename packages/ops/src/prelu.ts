/** `prelu`: relu with a given slope below 0. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { BinaryFloat } from './definition/signatures.ts';
import { greater } from './greater.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

/**
 * The elements, and `alpha` times those below 0, with broadcasting. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { prelu, tensor } from '@deft/tensor';
 * console.log(prelu(tensor([-2, 3]), 0.5).toArray()); // [-1, 3]
 * ```
 */
export const prelu: OperationFunction<BinaryFloat> = defineComposite({
  name: 'prelu',
  inputs: ['x', 'alpha'],
  doc: {
    group: 'activation',
    summary: 'The elements, and `alpha` times those below 0, with broadcasting.',
    math: 'prelu(x, α) = x for x > 0, else α x',
    notes: ['The derivative at 0 is α.'],
    see: ['leakyRelu', 'relu'],
  },
  promote: 'float',
  compose: ([x, alpha]): Tensor => {
    floating('prelu', x.abstract, alpha.abstract);
    return where(greater(x, 0), x, mul(x, alpha));
  },
  reference: elementwise((x, alpha) => (x > 0 ? x : x * alpha)),
  samples: [
    { label: 'both signs', inputs: [nd([4], [-2, -0.5, 1, 3]), nd([4], [0.1, 0.2, 0.3, 0.4])], grad: 'check' },
    { label: 'the kink at 0', inputs: [nd([1], [0]), nd([1], [0.25])], grad: [[0.25], [0]] },
    { label: 'broadcast', inputs: [nd([2, 2], [1, -2, -3, 4]), nd([2], [0.5, 0.25])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [-1.5]), nd([], [2])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [3, -1], 'int32'), nd([2], [4, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity]), nd([3], [1, 2, 2])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /prelu: shapes do not broadcast together/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /prelu: expected floating input, got bool/,
    },
  ],
});
