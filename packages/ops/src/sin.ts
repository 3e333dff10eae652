/** `sin`: the sine of every element, in radians. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { complex } from './complex.ts';
import { cos } from './cos.ts';
import { cosh } from './cosh.ts';
import { partsOf } from './definition/complex-part.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { sinh } from './sinh.ts';

/**
 * The sine of every element, in radians. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { sin, tensor } from '@deft/tensor';
 * console.log(sin(tensor([0, Math.PI / 2])).toArray()); // [0, 1]
 * ```
 */
export const sin: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'sin',
  inputs: ['x'],
  doc: {
    group: 'trigonometric',
    summary: 'The sine of every element, in radians.',
    see: ['cos', 'asin'],
  },
  promote: 'float',
  infer: ([x]) => floating('sin', x),
  jvp: ([x], [dx]) => mul(dx, cos(x)),
  vjp: (ct, { x }) => [mul(ct, cos(x))],
  saves: ['x'],
  batch: 'elementwise',
  lower: map((x) => unary('sin', x)),
  complex: ([x]) => {
    const [re, im] = partsOf(x);
    return complex(mul(sin(re), cosh(im)), mul(cos(re), sinh(im))) as Tensor;
  },
  reference: elementwise(Math.sin),
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
      says: /sin: expected floating input, got bool/,
    },
  ],
});
