/** `logit`: the inverse of the sigmoid. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { atanh } from './atanh.ts';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { less } from './less.ts';
import { log } from './log.ts';
import { log1p } from './log1p.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/**
 * The inverse of the sigmoid, `ln(x / (1 − x))`, of every element. Integers are taken as float32.
 *
 * @throws `E_DTYPE` for bool.
 * @example
 * ```ts
 * import { logit, tensor } from '@deft/tensor';
 * console.log(logit(tensor([0.5, 0.75])).toArray()); // [0, 1.0986…]
 * ```
 */
export const logit: OperationFunction<UnaryFloat> = defineComposite({
  name: 'logit',
  inputs: ['x'],
  doc: {
    group: 'special',
    summary: 'The inverse of the sigmoid.',
    math: 'logit(x) = ln(x / (1 − x))',
    notes: ['−Infinity at 0, Infinity at 1, NaN outside.'],
    see: ['sigmoid', 'log'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('logit', x.abstract);
    // Around ½ the two logarithms cancel.
    const isMiddle = less(abs(sub(x, 0.5)), 0.25);
    const middle = mul(atanh(sub(mul(where(isMiddle, x, 0.5), 2), 1)), 2);
    return where(isMiddle, middle, sub(log(x), log1p(sub(0, x)))) as Tensor;
  },
  jvp: ([x], [dx]) => div(dx, mul(x, sub(1, x))) as Tensor,
  vjp: (ct, { x }) => [div(ct, mul(x, sub(1, x))) as Tensor],
  saves: ['x'],
  reference: elementwise((x: number) =>
    Math.abs(x - 0.5) < 0.25 ? 2 * Math.atanh(2 * x - 1) : Math.log(x) - Math.log1p(-x),
  ),
  samples: [
    { label: 'typical', inputs: [nd([5], [0.25, 0.125, 0.75, 0.9, 0.01])], grad: 'check' },
    { label: 'beside a half', inputs: [nd([3], [0.5, 0.50390625, 0.49609375])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.25])], grad: 'check' },
    { label: 'the ends and outside', inputs: [nd([4], [0, 1, -0.5, 2])], grad: 'skip' },
    { label: 'integers', inputs: [nd([2], [0, 1], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /logit: expected floating input, got bool/,
    },
  ],
});
