/** `tanh`: the hyperbolic tangent of every element. */
import { nd, type OperationFunction } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';

/**
 * The hyperbolic tangent of every element. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { tanh, tensor } from '@deft/tensor';
 * console.log(tanh(tensor([0, 1])).toArray()); // [0, 0.7615…]
 * ```
 */
export const tanh: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'tanh',
  inputs: ['x'],
  doc: {
    group: 'hyperbolic',
    summary: 'The hyperbolic tangent of every element.',
    math: 'tanh(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)',
    see: ['sigmoid', 'atanh'],
  },
  promote: 'float',
  infer: ([x]) => floating('tanh', x),
  jvp: (_, [dx], _attributes, output) => mul(dx, sub(1, mul(output, output))),
  vjp: (ct, { output }) => [mul(ct, sub(1, mul(output, output)))],
  saves: ['output'],
  batch: 'elementwise',
  lower: map((x) => unary('tanh', x)),
  reference: elementwise(Math.tanh),
  samples: [
    { label: 'typical', inputs: [nd([5], [-2, -0.5, 0, 1e-4, 3])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [0, 1, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'saturation', inputs: [nd([3], [20, -20, 100])], grad: 'skip' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /tanh: expected floating input, got bool/,
    },
  ],
});
