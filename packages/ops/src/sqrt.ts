/** `sqrt`: the square root of every element. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { abs } from './abs.ts';
import { add } from './add.ts';
import { complex } from './complex.ts';
import { copySign } from './copy-sign.ts';
import { partsOf } from './definition/complex-part.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { greater } from './greater.ts';
import { greaterEqual } from './greater-equal.ts';
import { hypot } from './hypot.ts';
import { mul } from './mul.ts';
import { where } from './where.ts';

/**
 * The square root of every element. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { sqrt, tensor } from '@deft/tensor';
 * console.log(sqrt(tensor([4, 9])).toArray()); // [2, 3]
 * ```
 */
export const sqrt: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'sqrt',
  inputs: ['x'],
  doc: {
    group: 'exponential',
    summary: 'The square root of every element.',
    math: 'sqrt(x) = √x',
    notes: ['The derivative at 0 is Infinity; the root of a negative number is NaN.'],
    see: ['rsqrt', 'square'],
  },
  promote: 'float',
  infer: ([x]) => floating('sqrt', x),
  jvp: (_, [dx], _attributes, output) => div(dx, mul(output, 2)),
  vjp: (ct, { output }) => [div(ct, mul(output, 2))],
  saves: ['output'],
  batch: 'elementwise',
  lower: map((x) => unary('sqrt', x)),
  complex: ([x]) => {
    // The root of a + i·b with the smaller rounding of t = √((|a| + r) / 2) and b / (2t).
    const [re, im] = partsOf(x);
    const large = sqrt(div(add(abs(re), hypot(re, im)), 2)) as Tensor;
    const small = where(greater(large, 0), div(im, mul(2, where(greater(large, 0), large, 1))), im);
    const right = greaterEqual(re, 0);
    return complex(where(right, large, abs(small)), where(right, small, copySign(large, im))) as Tensor;
  },
  reference: elementwise(Math.sqrt),
  samples: [
    { label: 'typical', inputs: [nd([4], [0.25, 1, 2, 100])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [0, 1, 7], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'zero and negative', inputs: [nd([3], [0, -0, -1])], grad: 'skip' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /sqrt: expected floating input, got bool/,
    },
  ],
});
