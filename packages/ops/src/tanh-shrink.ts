/** `tanhShrink`: what tanh takes away. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { add } from './add.ts';
import { cosh } from './cosh.ts';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { less } from './less.ts';
import { mul } from './mul.ts';
import { square } from './square.ts';
import { sub } from './sub.ts';
import { tanh } from './tanh.ts';
import { where } from './where.ts';

/**
 * The difference between an element and its hyperbolic tangent. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { tanhShrink, tensor } from '@deft/tensor';
 * console.log(tanhShrink(tensor([0, 2])).toArray()); // [0, 1.0359…]
 * ```
 */
export const tanhShrink: OperationFunction<UnaryFloat> = defineComposite({
  name: 'tanhShrink',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'The difference between an element and its hyperbolic tangent.',
    math: 'tanhShrink(x) = x − tanh(x)',
    see: ['tanh'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('tanhShrink', x.abstract);
    const near = less(abs(x), 2);
    const inner = where(near, x, 0);
    return where(near, div(numerator(inner), cosh(inner)), sub(x, tanh(x)));
  },
  reference: elementwise((v) =>
    Math.abs(v) < 0.01 ? v ** 3 * (1 / 3 - (2 / 15) * v ** 2 + (17 / 315) * v ** 4) : v - Math.tanh(v),
  ),
  samples: [
    { label: 'both signs', inputs: [nd([5], [-3, -0.5, 0, 1, 4])], grad: 'check' },
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
      says: /tanhShrink: expected floating input, got bool/,
    },
  ],
});

/** x · cosh(x) − sinh(x) as a series, where the difference would lose digits. */
function numerator(x: Tensor): Tensor {
  const t = square(x);
  let term: Tensor = mul(mul(x, t), 1 / 3);
  let total = term;
  for (let n = 2; n <= 15; n++) {
    term = mul(mul(term, t), n / ((n - 1) * 2 * n * (2 * n + 1)));
    total = add(total, term);
  }
  return total;
}
