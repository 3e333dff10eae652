/** `digamma`: the derivative of the logarithm of the gamma function. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { digammaOfPositive, fromWhole } from './definition/gamma-function.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { less } from './less.ts';
import { logicalAnd } from './logical-and.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { tan } from './tan.ts';
import { where } from './where.ts';

/**
 * The derivative of the logarithm of the gamma function. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { digamma, tensor } from '@deft/tensor';
 * console.log(digamma(tensor([1, 2])).toArray()); // [-0.5772…, 0.4227…]
 * ```
 */
export const digamma: OperationFunction<UnaryFloat> = defineComposite({
  name: 'digamma',
  inputs: ['x'],
  doc: {
    group: 'special',
    summary: 'The derivative of the logarithm of the gamma function.',
    math: 'digamma(x) = Γ′(x) / Γ(x)',
    notes: ['−Infinity at 0, NaN at negative whole numbers.'],
    see: ['lgamma'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('digamma', x.abstract);
    const negative = less(x, 0);
    const positive = digammaOfPositive(where(negative, sub(1, x), x));
    const turn = mul(fromWhole(where(negative, x, 0.25)), Math.PI);
    const pole = equal(turn, 0);
    const reflected = sub(positive, div(Math.PI, tan(where(pole, 1, turn))));
    return where(
      logicalAnd(negative, pole),
      Number.NaN,
      where(equal(x, 0), Number.NEGATIVE_INFINITY, where(negative, reflected, positive)),
    );
  },
  samples: [
    { label: 'positive', inputs: [nd([6], [0.1, 0.75, 1, 3.5, 9.5, 100])], grad: 'check' },
    { label: 'negative', inputs: [nd([3], [-0.5, -1.25, -7.75])], grad: 'check' },
    { label: 'poles', inputs: [nd([3], [0, -1, -2])], grad: 'skip' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [1, 2, 5], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([2], [NaN, Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /digamma: expected floating input, got bool/,
    },
  ],
});
