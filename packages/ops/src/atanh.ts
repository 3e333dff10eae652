/** `atanh`: the inverse hyperbolic tangent of every element. */
import { nd, type OperationFunction } from '@deft/core';
import { add } from './add.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';

/**
 * The inverse hyperbolic tangent of every element. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { atanh, tensor } from '@deft/tensor';
 * console.log(atanh(tensor([0, 0.5])).toArray()); // [0, 0.5493…]
 * ```
 */
export const atanh: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'atanh',
  inputs: ['x'],
  doc: {
    group: 'hyperbolic',
    summary: 'The inverse hyperbolic tangent of every element.',
    notes: ['NaN outside of [−1, 1].'],
    see: ['tanh'],
  },
  promote: 'float',
  infer: ([x]) => floating('atanh', x),
  jvp: ([x], [dx]) => div(dx, mul(sub(1, x), add(x, 1))),
  vjp: (ct, { x }) => [div(ct, mul(sub(1, x), add(x, 1)))],
  saves: ['x'],
  batch: 'elementwise',
  lower: map((x) => unary('atanh', x)),
  reference: elementwise(Math.atanh),
  samples: [
    { label: 'typical', inputs: [nd([5], [-0.9, -0.5, 0, 1e-4, 0.9])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [0, 1], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'the ends of the domain', inputs: [nd([3], [1, -1, 1.5])], grad: 'skip' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /atanh: expected floating input, got bool/,
    },
  ],
});
