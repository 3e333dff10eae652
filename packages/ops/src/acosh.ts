/** `acosh`: the inverse hyperbolic cosine of every element, not negative. */
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
import { sub } from './sub.ts';

/**
 * The inverse hyperbolic cosine of every element, not negative. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { acosh, tensor } from '@deft/tensor';
 * console.log(acosh(tensor([1, 2])).toArray()); // [0, 1.3169…]
 * ```
 */
export const acosh: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'acosh',
  inputs: ['x'],
  doc: {
    group: 'hyperbolic',
    summary: 'The inverse hyperbolic cosine of every element, not negative.',
    notes: ['NaN below 1.'],
    see: ['cosh'],
  },
  promote: 'float',
  infer: ([x]) => floating('acosh', x),
  jvp: ([x], [dx]) => div(dx, sqrt(mul(sub(x, 1), add(x, 1)))),
  vjp: (ct, { x }) => [div(ct, sqrt(mul(sub(x, 1), add(x, 1))))],
  saves: ['x'],
  batch: 'elementwise',
  lower: map((x) => unary('acosh', x)),
  reference: elementwise(Math.acosh),
  samples: [
    { label: 'typical', inputs: [nd([4], [1.1, 1.5, 2, 30])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [2])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [1, 2, 5], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'the end of the domain', inputs: [nd([3], [1, 0.5, -2])], grad: 'skip' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /acosh: expected floating input, got bool/,
    },
  ],
});
