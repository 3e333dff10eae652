/** `atan2`: the angle of a point in the plane. */
import { nd, type OperationFunction } from '@deft/core';
import { add } from './add.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { binary, map } from './definition/scalar.ts';
import type { BinaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sub } from './sub.ts';

/**
 * The angle of the point (x, y), from −π to π, with broadcasting. The ordinate comes first.
 *
 * @example
 * ```ts
 * import { atan2, tensor } from '@deft/tensor';
 * console.log(atan2(tensor([1, -1]), tensor([1, -1])).toArray()); // [0.7853…, -2.3561…]
 * ```
 */
export const atan2: OperationFunction<BinaryFloat> = definePrimitive({
  name: 'atan2',
  inputs: ['y', 'x'],
  doc: {
    group: 'trigonometric',
    summary: 'The angle of the point (x, y), from −π to π; the ordinate comes first.',
    notes: ['The derivative at the origin is NaN.'],
    see: ['atan'],
  },
  promote: 'float',
  infer: ([y, x]) => floating('atan2', y, x),
  jvp: ([y, x], [dy, dx]) => div(sub(mul(dy, x), mul(dx, y)), add(mul(x, x), mul(y, y))),
  vjp: (ct, { y, x }) => {
    const scaled = div(ct, add(mul(x, x), mul(y, y)));
    return [mul(scaled, x), neg(mul(scaled, y))];
  },
  saves: ['y', 'x'],
  batch: 'elementwise',
  lower: map((y, x) => binary('atan2', y, x)),
  reference: elementwise(Math.atan2),
  samples: [
    { label: 'all quadrants', inputs: [nd([4], [1, 1, -1, -2]), nd([4], [2, -1, -1, 1])], grad: 'check' },
    { label: 'broadcast', inputs: [nd([2, 1], [1, -2]), nd([3], [1, -1, 0.5])], grad: 'check' },
    { label: 'scalars', inputs: [nd([], [1]), nd([], [2])], grad: 'check' },
    {
      label: 'gradient on the axes',
      inputs: [nd([4], [0, 0, 1, -1]), nd([4], [1, -1, 0, 0])],
      grad: [
        [1, -1, 0, 0],
        [0, 0, -1, 1],
      ],
    },
    { label: 'on the axes', inputs: [nd([6], [0, 0, 0, -0, 1, -1]), nd([6], [1, -1, 0, -1, 0, 0])], grad: 'skip' },
    { label: 'integers', inputs: [nd([2], [1, -1], 'int32'), nd([2], [1, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0], []), nd([1], [1])] },
    {
      label: 'nan and infinities',
      inputs: [nd([4], [NaN, 1, Infinity, Infinity]), nd([4], [1, NaN, Infinity, -Infinity])],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'shapes that do not broadcast',
      inputs: [{ shape: [2] }, { shape: [3] }],
      code: 'E_BROADCAST',
      says: /atan2: shapes do not broadcast together \(operands float32\[2\], float32\[3\]\)/,
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
