/** `abs`: the absolute value of every element. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { partsOf } from './definition/complex-part.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { Unary } from './definition/signatures.ts';
import { hypot } from './hypot.ts';
import { mul } from './mul.ts';
import { sign } from './sign.ts';

/**
 * The absolute value of every element.
 *
 * @example
 * ```ts
 * import { abs, tensor } from '@deft/tensor';
 * console.log(abs(tensor([-1, 2])).toArray()); // [1, 2]
 * ```
 */
export const abs: OperationFunction<Unary> = definePrimitive({
  name: 'abs',
  inputs: ['x'],
  doc: {
    group: 'arithmetic',
    summary: 'The absolute value of every element.',
    math: 'abs(x) = |x|',
    notes: ['The derivative at 0 is 0.', 'Integers wrap: the smallest int32 stays as it is.'],
    see: ['sign'],
  },
  infer: ([x]) => numeric('abs', x),
  jvp: ([x], [dx]) => mul(dx, sign(x)),
  vjp: (ct, { x }) => [mul(ct, sign(x))],
  saves: ['x'],
  batch: 'elementwise',
  lower: map((x) => unary('abs', x)),
  complex: ([x]) => hypot(...partsOf(x)) as Tensor,
  reference: elementwise(Math.abs),
  samples: [
    { label: 'typical', inputs: [nd([4], [-2, -0.5, 0.5, 3])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([4], [-2, 0, 7, -2147483648], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'the kink at 0', inputs: [nd([3], [-1, 0, 1])], grad: [[-1, 0, 1]] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /abs: expected numeric input, got bool/,
    },
  ],
});
