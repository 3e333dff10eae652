/** `cos`: the cosine of every element, in radians. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { complex } from './complex.ts';
import { cosh } from './cosh.ts';
import { partsOf } from './definition/complex-part.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';
import { sin } from './sin.ts';
import { sinh } from './sinh.ts';

/**
 * The cosine of every element, in radians. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { cos, tensor } from '@deft/tensor';
 * console.log(cos(tensor([0, Math.PI])).toArray()); // [1, -1]
 * ```
 */
export const cos: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'cos',
  inputs: ['x'],
  doc: {
    group: 'trigonometric',
    summary: 'The cosine of every element, in radians.',
    see: ['sin', 'acos'],
  },
  promote: 'float',
  infer: ([x]) => floating('cos', x),
  jvp: ([x], [dx]) => neg(mul(dx, sin(x))),
  vjp: (ct, { x }) => [neg(mul(ct, sin(x)))],
  saves: ['x'],
  batch: 'elementwise',
  lower: map((x) => unary('cos', x)),
  complex: ([x]) => {
    const [re, im] = partsOf(x);
    return complex(mul(cos(re), cosh(im)), neg(mul(sin(re), sinh(im)))) as Tensor;
  },
  reference: elementwise(Math.cos),
  samples: [
    { label: 'typical', inputs: [nd([5], [-2, -0.5, 0, 1, 3])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [0, 1, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'large arguments', inputs: [nd([3], [100, 1e4, -12345.678])], grad: 'check' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /cos: expected floating input, got bool/,
    },
  ],
});
