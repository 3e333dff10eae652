/** `floorDiv`: the quotient rounded down. */
import { isFloating, nd, type OperationFunction } from '@deft/core';
import type { Expression } from '@deft/kernel';
import { add } from './add.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { binary, compare, map, select, unary } from './definition/scalar.ts';
import type { Binary } from './definition/signatures.ts';
import { zerosLike } from './zeros-like.ts';

/**
 * Elementwise quotient rounded down to a whole number, in the operands' dtype.
 *
 * @example
 * ```ts
 * import { floorDiv, tensor } from '@deft/tensor';
 * console.log(floorDiv(tensor([7, -7]), 2).toArray()); // [3, -4]
 * ```
 */
export const floorDiv: OperationFunction<Binary> = definePrimitive({
  name: 'floorDiv',
  inputs: ['a', 'b'],
  doc: {
    group: 'arithmetic',
    summary: 'Elementwise quotient rounded down to a whole number, in the dtype of the operands.',
    math: 'floorDiv(a, b) = ⌊a / b⌋',
    notes: [
      'Rounded down from the exact quotient, not from the rounded one: floorDiv(a, b) · b + mod(a, b) is a.',
      'An integer divided by 0 gives 0.',
      'The derivative is 0 everywhere.',
    ],
    see: ['mod', 'div', 'floor'],
  },
  infer: ([a, b]) => numeric('floorDiv', a, b),
  jvp: (_, [da, db]) => add(zerosLike(da), zerosLike(db)),
  vjp: () => [null, null],
  batch: 'elementwise',
  lower: map((a: Expression, b: Expression) => {
    const rest = binary('rem', a, b);
    const otherSign = binary('xor', compare('less', rest, 0), compare('less', b, 0));
    const roundsUp = binary('and', compare('notEqual', rest, 0), otherSign);
    if (!isFloating(a.dtype)) {
      const truncated = binary('div', a, b);
      return select(roundsUp, binary('sub', truncated, 1), truncated);
    }
    // (a − rest) / b is whole but for rounding, so the nearest whole number is meant.
    const exact = binary('div', binary('sub', a, rest), b);
    const whole = unary('round', select(roundsUp, binary('sub', exact, 1), exact));
    return select(compare('equal', b, 0), binary('div', a, b), whole);
  }),
  reference: elementwise(
    (a, b) => {
      if (b === 0) return a / b;
      const rest = a % b;
      return Math.round((a - rest) / b) - (rest !== 0 && rest < 0 !== b < 0 ? 1 : 0);
    },
    { integer: (a, b) => (b === 0 ? 0 : Math.floor(a / b)) },
  ),
  samples: [
    { label: 'all signs', inputs: [nd([4], [5.5, -5.5, 5.5, -5.5]), nd([4], [3, 3, -3, -3])], grad: 'check' },
    { label: 'broadcast', inputs: [nd([2, 1], [7, -4.5]), nd([2], [2, 5])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [7.25]), nd([], [2])], grad: 'check' },
    {
      label: 'a quotient that rounds to a whole number',
      inputs: [nd([2], [1, 6]), nd([2], [0.1, 0.2])],
      grad: [
        [0, 0],
        [0, 0],
      ],
    },
    { label: 'integers', inputs: [nd([5], [5, -5, 5, -5, 5], 'int32'), nd([5], [3, 3, -3, -3, 0], 'int32')] },
    { label: 'unsigned integers', inputs: [nd([2], [4294967295, 5], 'uint32'), nd([2], [10, 7], 'uint32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [2])] },
    {
      label: 'zero, nan and infinities',
      inputs: [nd([5], [1, -1, NaN, Infinity, -1]), nd([5], [0, 0, 2, 2, Infinity])],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /floorDiv: shapes do not broadcast together \(operands float32\[2\], float32\[3\]\)/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /numeric/,
    },
  ],
});
