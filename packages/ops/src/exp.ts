/** `exp`: the exponential of every element. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { partsOf } from './definition/complex-part.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { polar } from './polar.ts';

/**
 * The exponential of every element. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { exp, tensor } from '@deft/tensor';
 * console.log(exp(tensor([0, 1])).toArray()); // [1, 2.718…]
 * ```
 */
export const exp: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'exp',
  inputs: ['x'],
  doc: {
    group: 'exponential',
    summary: 'The exponential of every element.',
    math: 'exp(x) = eˣ',
    see: ['expm1', 'log'],
  },
  promote: 'float',
  infer: ([x]) => floating('exp', x),
  jvp: (_, [dx], _attributes, output) => mul(dx, output),
  vjp: (ct, { output }) => [mul(ct, output)],
  saves: ['output'],
  batch: 'elementwise',
  lower: map((x) => unary('exp', x)),
  complex: ([x]) => {
    const [re, im] = partsOf(x);
    return polar(exp(re), im) as Tensor;
  },
  reference: elementwise(Math.exp),
  samples: [
    { label: 'typical', inputs: [nd([5], [-2, -0.5, 0, 1, 3])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [0, 1, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'overflow and underflow', inputs: [nd([5], [88, 89, -100, -104, 1e30])], grad: 'skip' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /exp: expected floating input, got bool/,
    },
  ],
});
