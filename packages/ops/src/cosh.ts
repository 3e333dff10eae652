/** `cosh`: the hyperbolic cosine of every element. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { complex } from './complex.ts';
import { cos } from './cos.ts';
import { partsOf } from './definition/complex-part.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { mul } from './mul.ts';
import { sin } from './sin.ts';
import { sinh } from './sinh.ts';

/**
 * The hyperbolic cosine of every element. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { cosh, tensor } from '@deft/tensor';
 * console.log(cosh(tensor([0, 1])).toArray()); // [1, 1.5430…]
 * ```
 */
export const cosh: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'cosh',
  inputs: ['x'],
  doc: {
    group: 'hyperbolic',
    summary: 'The hyperbolic cosine of every element.',
    math: 'cosh(x) = (eˣ + e⁻ˣ) / 2',
    see: ['sinh', 'acosh'],
  },
  promote: 'float',
  infer: ([x]) => floating('cosh', x),
  jvp: ([x], [dx]) => mul(dx, sinh(x)),
  vjp: (ct, { x }) => [mul(ct, sinh(x))],
  saves: ['x'],
  batch: 'elementwise',
  lower: map((x) => unary('cosh', x)),
  complex: ([x]) => {
    const [re, im] = partsOf(x);
    return complex(mul(cosh(re), cos(im)), mul(sinh(re), sin(im))) as Tensor;
  },
  reference: elementwise(Math.cosh),
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
      says: /cosh: expected floating input, got bool/,
    },
  ],
});
