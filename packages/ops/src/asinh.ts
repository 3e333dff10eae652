/** `asinh`: the inverse hyperbolic sine of every element. */
import { nd, type OperationFunction } from '@deft/core';
import { add } from './add.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { mul } from './mul.ts';
import { sqrt } from './sqrt.ts';

/**
 * The inverse hyperbolic sine of every element. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { asinh, tensor } from '@deft/tensor';
 * console.log(asinh(tensor([0, 1])).toArray()); // [0, 0.8813…]
 * ```
 */
export const asinh: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'asinh',
  inputs: ['x'],
  doc: {
    group: 'hyperbolic',
    summary: 'The inverse hyperbolic sine of every element.',
    see: ['sinh'],
  },
  promote: 'float',
  infer: ([x]) => floating('asinh', x),
  jvp: ([x], [dx]) => div(dx, sqrt(add(mul(x, x), 1))),
  vjp: (ct, { x }) => [div(ct, sqrt(add(mul(x, x), 1)))],
  saves: ['x'],
  batch: 'elementwise',
  lower: map((x) => unary('asinh', x)),
  reference: elementwise(Math.asinh),
  samples: [
    { label: 'typical', inputs: [nd([5], [-2, -0.5, 0, 1e-4, 30])], grad: 'check' },
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
      says: /asinh: expected floating input, got bool/,
    },
  ],
});
