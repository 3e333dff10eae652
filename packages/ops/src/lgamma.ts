/** `lgamma`: the logarithm of the gamma function. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { defineComposite } from './definition/define.ts';
import { fromWhole, logGammaOfPositive } from './definition/gamma-function.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { digamma } from './digamma.ts';
import { equal } from './equal.ts';
import { greater } from './greater.ts';
import { less } from './less.ts';
import { log } from './log.ts';
import { logicalAnd } from './logical-and.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sin } from './sin.ts';
import { sub } from './sub.ts';
import { where } from './where.ts';

/**
 * The logarithm of the absolute value of the gamma function. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { lgamma, tensor } from '@deft/tensor';
 * console.log(lgamma(tensor([1, 5])).toArray()); // [0, 3.1780…]
 * ```
 */
export const lgamma: OperationFunction<UnaryFloat> = defineComposite({
  name: 'lgamma',
  inputs: ['x'],
  doc: {
    group: 'special',
    summary: 'The logarithm of the absolute value of the gamma function.',
    math: 'lgamma(x) = ln |Γ(x)|',
    notes: [
      'Infinity at 0 and at negative whole numbers.',
      'Around 1 and 2 it is summed as a series, which keeps the digits near its zeros.',
    ],
    see: ['digamma'],
  },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('lgamma', x.abstract);
    const negative = less(x, 0);
    const infinite = equal(abs(x), Number.POSITIVE_INFINITY);
    const finite = where(infinite, 1, x);
    const positive = logGammaOfPositive(where(negative, sub(1, finite), finite));
    const turn = mul(fromWhole(where(negative, finite, 0.5)), Math.PI);
    const reflected = sub(sub(Math.log(Math.PI), log(abs(sin(turn)))), positive);
    // So close to 0 that Γ(x) is 1 / x; π x may be a denormal number of few digits.
    const beside = logicalAnd(negative, greater(x, -(2 ** -60)));
    const left = where(beside, neg(log(abs(where(beside, x, -1)))), reflected);
    return where(infinite, Number.POSITIVE_INFINITY, where(negative, left, positive));
  },
  jvp: ([x], [dx]) => mul(dx, digamma(x)) as Tensor,
  vjp: (ct, { x }) => [mul(ct, digamma(x)) as Tensor],
  saves: ['x'],
  samples: [
    { label: 'positive', inputs: [nd([7], [0.1, 0.75, 1.25, 2.25, 5.5, 9, 100])], grad: 'check' },
    { label: 'the zeros', inputs: [nd([4], [1, 2, 1.0001, 1.9999])], grad: 'check' },
    { label: 'negative', inputs: [nd([3], [-0.5, -1.25, -7.75])], grad: 'check' },
    // Reflection subtracts two logarithms: beside its negative zeros few digits are left.
    { label: 'beside negative zeros', inputs: [nd([3], [-2.5, -2.453125, -2.75])], grad: 'check', ulp: 128 },
    { label: 'beside 0', inputs: [nd([4], [-1e-45, -1e-40, -1e-20, 1e-40])], grad: 'skip' },
    { label: 'poles', inputs: [nd([3], [0, -1, -2])], grad: 'skip' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [1, 2, 5], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /lgamma: expected floating input, got bool/,
    },
  ],
});
