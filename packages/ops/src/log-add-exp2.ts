/** `logAddExp2`: the logarithm to base 2 of the sum of powers of 2. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { div } from './div.ts';
import { logAddExp } from './log-add-exp.ts';
import { mul } from './mul.ts';

type LogAddExp2Function = (x: TensorLike, y: TensorLike) => Tensor;

/**
 * `log2(2ˣ + 2ʸ)` without overflow, with broadcasting.
 *
 * @throws `E_BROADCAST`, `E_DTYPE`.
 * @example
 * ```ts
 * import { logAddExp2, tensor } from '@deft/tensor';
 * console.log(logAddExp2(tensor([3]), tensor([3])).shape); // [1]
 * ```
 */
export const logAddExp2: OperationFunction<LogAddExp2Function> = defineComposite({
  name: 'logAddExp2',
  inputs: ['x', 'y'],

  doc: {
    group: 'exponential',
    summary: 'The logarithm to base 2 of the sum of powers of 2.',
    math: 'log2(2ˣ + 2ʸ)',

    see: ['logAddExp', 'exp2'],
  },
  promote: 'float',

  compose: ([x, y]): Tensor => div(logAddExp(mul(x, Math.LN2), mul(y, Math.LN2)), Math.LN2) as Tensor,

  samples: [
    { label: 'vectors', inputs: [nd([3], [1, 2, -3]), nd([3], [2, 2, 5])], grad: 'check', ulp: 16 },
    { label: 'broadcast', inputs: [nd([2, 1], [1, 40]), nd([2], [2, -40])], grad: 'check', ulp: 16 },
    { label: 'infinities and nan', inputs: [nd([3], [Infinity, -Infinity, NaN]), nd([3], [1, 1, 1])], grad: 'skip' },
    { label: 'empty', inputs: [nd([0], []), nd([], [1])] },
  ],
  errors: [
    {
      label: 'shapes that do not fit',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /logAddExp2.*do not broadcast/,
    },
  ],
});
