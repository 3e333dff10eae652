/** `mod`: the remainder that has the divisor's sign. */
import { nd, type OperationFunction } from '@deft/core';
import type { Expression } from '@deft/kernel';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { binary, compare, map, select } from './definition/scalar.ts';
import type { Binary } from './definition/signatures.ts';
import { floorDiv } from './floor-div.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sub } from './sub.ts';

/**
 * Elementwise remainder of the division that rounds down; it has the divisor's sign, as in Python.
 *
 * @example
 * ```ts
 * import { mod, tensor } from '@deft/tensor';
 * console.log(mod(tensor([5, -5]), 3).toArray()); // [2, 1]
 * ```
 */
export const mod: OperationFunction<Binary> = definePrimitive({
  name: 'mod',
  inputs: ['a', 'b'],
  doc: {
    group: 'arithmetic',
    summary: 'Elementwise remainder of the division that rounds down; it has the sign of the divisor.',
    math: 'mod(a, b) = a − b · ⌊a / b⌋',
    notes: ['A divisor of 0 gives NaN, and 0 for integers.'],
    see: ['floorDiv', 'div'],
  },
  infer: ([a, b]) => numeric('mod', a, b),
  jvp: ([a, b], [da, db]) => sub(da, mul(db, floorDiv(a, b))),
  vjp: (ct, { a, b }, _, needs) => [ct, needs[1] ? neg(mul(ct, floorDiv(a, b))) : null],
  saves: ['a', 'b'],
  batch: 'elementwise',
  lower: map((a: Expression, b: Expression) => {
    const rest = binary('rem', a, b);
    const otherSign = binary('xor', compare('less', rest, 0), compare('less', b, 0));
    return select(binary('and', compare('notEqual', rest, 0), otherSign), binary('add', rest, b), rest);
  }),
  reference: elementwise(floored, { integer: (a, b) => (b === 0 ? 0 : floored(a, b)) }),
  samples: [
    { label: 'all signs', inputs: [nd([4], [5.5, -5.5, 5.5, -5.5]), nd([4], [3, 3, -3, -3])], grad: 'check' },
    { label: 'broadcast', inputs: [nd([2, 1], [7, -4.5]), nd([2], [2, 5])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [7.25]), nd([], [2])], grad: 'check' },
    {
      label: 'whole quotients',
      inputs: [nd([3], [6, -6, 0]), nd([3], [3, 3, -3])],
      grad: [
        [1, 1, 1],
        [-2, 2, 0],
      ],
    },
    { label: 'integers', inputs: [nd([5], [5, -5, 5, -5, 5], 'int32'), nd([5], [3, 3, -3, -3, 0], 'int32')] },
    { label: 'unsigned integers', inputs: [nd([2], [4294967295, 5], 'uint32'), nd([2], [10, 7], 'uint32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [2])] },
    {
      label: 'zero, nan and infinities',
      inputs: [nd([4], [1, NaN, Infinity, 1]), nd([4], [0, 2, 2, Infinity])],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /mod: shapes do not broadcast together \(operands float32\[2\], float32\[3\]\)/,
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

function floored(a: number, b: number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest;
}
