/** `div`: elementwise true quotient of two tensors. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { add } from './add.ts';
import { complex } from './complex.ts';
import { partsOf } from './definition/complex-part.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { binary, map } from './definition/scalar.ts';
import type { BinaryFloat } from './definition/signatures.ts';
import { maximum } from './maximum.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { square } from './square.ts';
import { sub } from './sub.ts';

/**
 * Elementwise quotient, with broadcasting. Integers are divided as float32.
 *
 * @example
 * ```ts
 * import { div, tensor } from '@deft/tensor';
 * console.log(div(tensor([1, 2, 3]), 2).toArray()); // [0.5, 1, 1.5]
 * ```
 */
export const div: OperationFunction<BinaryFloat> = definePrimitive({
  name: 'div',
  inputs: ['a', 'b'],
  doc: {
    group: 'arithmetic',
    summary: 'Elementwise quotient, with broadcasting.',
    math: 'div(a, b) = a / b',
    notes: [
      'Integers are divided as float32; `floorDiv` divides whole numbers.',
      'x / 0 is an infinity, 0 / 0 is NaN.',
    ],
    see: ['floorDiv', 'mod', 'reciprocal'],
  },
  promote: 'float',
  infer: ([a, b]) => floating('div', a, b),
  jvp: ([, b], [da, db], _, output, [variesA, variesB]) =>
    div(!variesB ? da : variesA ? sub(da, mul(output, db)) : neg(mul(output, db)), b),
  vjp: (ct, { b, output }, _, needs) => {
    const toA = div(ct, b);
    return [toA, needs[1] ? neg(mul(toA, output)) : null];
  },
  saves: ['b', 'output'],
  savedFor: { output: ['b'] },
  batch: 'elementwise',
  lower: map((a, b) => binary('div', a, b)),
  complex: ([a, b]) => {
    // Scaled, so that the square of the divisor neither overflows nor vanishes.
    const [[ar, ai], [br, bi]] = [partsOf(a), partsOf(b)];
    const scale = maximum(abs(br), abs(bi));
    const [cr, ci] = [div(br, scale), div(bi, scale)];
    const size = mul(scale, add(square(cr), square(ci)));
    return complex(div(add(mul(ar, cr), mul(ai, ci)), size), div(sub(mul(ai, cr), mul(ar, ci)), size)) as Tensor;
  },
  reference: elementwise((a, b) => a / b),
  samples: [
    { label: 'same shape', inputs: [nd([2, 2], [1, -2, 3, 4]), nd([2, 2], [0.5, 4, -3, 8])], grad: 'check' },
    { label: 'broadcast both ways', inputs: [nd([2, 1], [1, 2]), nd([3], [10, 20, 30])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [3]), nd([], [2])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [1, -7, 6], 'int32'), nd([3], [2, 2, 3], 'int32')] },
    { label: 'empty', inputs: [nd([0, 3], []), nd([3], [1, 2, 3])] },
    {
      label: 'zero divisors, nan and infinities',
      inputs: [nd([6], [1, -1, 0, NaN, Infinity, 1]), nd([6], [0, 0, 0, 1, Infinity, -Infinity])],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2, 3] }, { shape: [4] }],
      code: 'E_BROADCAST',
      says: /div: shapes do not broadcast together \(operands float32\[2, 3\], float32\[4\]\)/,
    },
    {
      label: 'bool',
      inputs: [
        { shape: [2], dtype: 'bool' },
        { shape: [2], dtype: 'bool' },
      ],
      code: 'E_DTYPE',
      says: /floating/,
    },
  ],
});
