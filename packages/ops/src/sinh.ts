/** `sinh`: the hyperbolic sine of every element. */
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
import { sin } from './sin.ts';

/**
 * The hyperbolic sine of every element. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { sinh, tensor } from '@deft/tensor';
 * console.log(sinh(tensor([0, 1])).toArray()); // [0, 1.1752…]
 * ```
 */
export const sinh: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'sinh',
  inputs: ['x'],
  doc: {
    group: 'hyperbolic',
    summary: 'The hyperbolic sine of every element.',
    math: 'sinh(x) = (eˣ − e⁻ˣ) / 2',
    see: ['cosh', 'asinh'],
  },
  promote: 'float',
  infer: ([x]) => floating('sinh', x),
  jvp: ([x], [dx]) => mul(dx, cosh(x)),
  vjp: (ct, { x }) => [mul(ct, cosh(x))],
  saves: ['x'],
  batch: 'elementwise',
  lower: map((x) => unary('sinh', x)),
  complex: ([x]) => {
    const [re, im] = partsOf(x);
    return complex(mul(sinh(re), cos(im)), mul(cosh(re), sin(im))) as Tensor;
  },
  reference: elementwise(Math.sinh),
  samples: [
    { label: 'typical', inputs: [nd([5], [-2, -0.5, 0, 1e-4, 3])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [0, 1, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'overflow', inputs: [nd([3], [88, 90, -90])], grad: 'skip' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /sinh: expected floating input, got bool/,
    },
  ],
});
