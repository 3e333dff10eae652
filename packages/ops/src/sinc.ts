/** `sinc`: the normalised sinc function. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { less } from './less.ts';
import { mul } from './mul.ts';
import { sin } from './sin.ts';
import { square } from './square.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/**
 * The normalised sinc function. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { sinc, tensor } from '@deft/tensor';
 * console.log(sinc(tensor([0, 0.5])).toArray()); // [1, 0.6366…]
 * ```
 */
export const sinc: OperationFunction<UnaryFloat> = defineComposite({
  name: 'sinc',
  inputs: ['x'],
  doc: {
    group: 'math',
    summary: 'The normalised sinc function.',
    math: 'sinc(x) = sin(πx) / (πx), and 1 at 0',
    notes: ['Near 0 it is summed as a series, so the derivatives there are right as well.'],
    see: ['sin'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('sinc', x.abstract);
    const angle = mul(x, Math.PI);
    const near = less(abs(angle), 1);
    const [inner, outer] = [where(near, angle, 0), where(near, 1, angle)];
    return where(near, aroundZero(square(inner)), div(sin(outer), outer));
  },
  samples: [
    { label: 'typical', inputs: [nd([5], [-2.5, -0.3, 0.2, 0.5, 1.25])], grad: 'check' },
    { label: 'the middle', inputs: [nd([2], [0, 1e-5])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [0, 1, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([1], [NaN])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /sinc: expected floating input, got bool/,
    },
  ],
});

/** sin(√t) / √t for t below 1: the terms beyond these are less than the last digit of float64. */
function aroundZero(t: Tensor): Tensor {
  let value: Tensor = mul(t, 0);
  for (let n = 9; n >= 1; n--) value = mul(mul(sub(1, value), t), 1 / (2 * n * (2 * n + 1)));
  return sub(1, value);
}
