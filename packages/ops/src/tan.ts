/** `tan`: the tangent of every element, in radians. */
import { nd, type OperationFunction } from '@deft/core';
import { add } from './add.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { mul } from './mul.ts';

/**
 * The tangent of every element, in radians. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { tan, tensor } from '@deft/tensor';
 * console.log(tan(tensor([0, Math.PI / 4])).toArray()); // [0, 1]
 * ```
 */
export const tan: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'tan',
  inputs: ['x'],
  doc: {
    group: 'trigonometric',
    summary: 'The tangent of every element, in radians.',
    see: ['atan'],
  },
  promote: 'float',
  infer: ([x]) => floating('tan', x),
  jvp: (_, [dx], _attributes, output) => mul(dx, add(mul(output, output), 1)),
  vjp: (ct, { output }) => [mul(ct, add(mul(output, output), 1))],
  saves: ['output'],
  batch: 'elementwise',
  lower: map((x) => unary('tan', x)),
  reference: elementwise(Math.tan),
  samples: [
    { label: 'typical', inputs: [nd([5], [-1, -0.5, 0, 1, 3])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [0, 1, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'large arguments', inputs: [nd([2], [100, 1e4])], grad: 'check' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /tan: expected floating input, got bool/,
    },
  ],
});
