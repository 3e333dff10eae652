/** `fmod`: the remainder with the sign of the dividend. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { binary, map } from './definition/scalar.ts';
import type { Binary } from './definition/signatures.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { round } from './round.ts';
import { sub } from './sub.ts';

/**
 * The remainder of the division that rounds towards 0; it has the sign of the dividend, as in C.
 *
 * @example
 * ```ts
 * import { fmod, tensor } from '@deft/tensor';
 * console.log(fmod(tensor([5, -5]), 3).toArray()); // [2, -2]
 * ```
 */
export const fmod: OperationFunction<Binary> = definePrimitive({
  name: 'fmod',
  inputs: ['a', 'b'],
  doc: {
    group: 'arithmetic',
    summary: 'The remainder of the division that rounds towards 0; it has the sign of the dividend, as in C.',
    math: 'fmod(a, b) = a − b · trunc(a / b)',
    notes: ['mod has the sign of the divisor. A divisor of 0 gives NaN, and 0 for integers.'],
    see: ['mod', 'floorDiv'],
  },
  promote: 'all',
  infer: ([a, b]) => numeric('fmod', a, b),
  batch: 'elementwise',
  lower: map((a, b) => binary('rem', a, b)),
  jvp: ([a, b], [da, db]) => sub(da, mul(db, quotient(a, b))),
  vjp: (ct, { a, b }, _, needs) => [ct, needs[1] ? neg(mul(ct, quotient(a, b))) : null],
  saves: ['a', 'b'],
  reference: elementwise((a, b) => a % b, { integer: (a, b) => (b === 0 ? 0 : a % b) }),
  samples: [
    { label: 'all signs', inputs: [nd([4], [5.5, -5.5, 5.5, -5.5]), nd([4], [3, 3, -3, -3])], grad: 'check' },
    { label: 'broadcast', inputs: [nd([2, 1], [7.25, -4.5]), nd([2], [2, 5])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [7.25]), nd([], [2])], grad: 'check' },
    { label: 'integers', inputs: [nd([4], [5, -5, 5, -5], 'int32'), nd([4], [3, 3, -3, 0], 'int32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
    {
      label: 'nan and infinities',
      inputs: [nd([4], [1, NaN, Infinity, 1]), nd([4], [0, 2, 2, Infinity])],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /fmod: shapes do not broadcast together/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /fmod: expected numeric input, got bool/,
    },
  ],
});

/** The quotient rounded towards 0. a less the remainder is a whole multiple of b but for rounding. */
function quotient(a: Tensor, b: Tensor): Tensor {
  return round(div(sub(a, fmod(a, b)), b));
}
