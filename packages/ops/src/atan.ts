/** `atan`: the angle whose tangent every element is, from −π/2 to π/2. */
import { nd, type OperationFunction } from '@deft/core';
import { add } from './add.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';

/**
 * The angle whose tangent every element is, from −π/2 to π/2. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { atan, tensor } from '@deft/tensor';
 * console.log(atan(tensor([0, 1])).toArray()); // [0, 0.7853…]
 * ```
 */
export const atan: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'atan',
  inputs: ['x'],
  doc: {
    group: 'trigonometric',
    summary: 'The angle whose tangent every element is, from −π/2 to π/2.',
    see: ['tan', 'atan2'],
  },
  promote: 'float',
  infer: ([x]) => floating('atan', x),
  jvp: ([x], [dx]) => div(dx, add(mul(x, x), 1)),
  vjp: (ct, { x }) => [div(ct, add(mul(x, x), 1))],
  saves: ['x'],
  batch: 'elementwise',
  lower: map((x) => unary('atan', x)),
  reference: elementwise(Math.atan),
  samples: [
    { label: 'typical', inputs: [nd([5], [-2, -0.5, 0, 1, 30])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [0, 1, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /atan: expected floating input, got bool/,
    },
  ],
});
