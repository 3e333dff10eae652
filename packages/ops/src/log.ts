/** `log`: the natural logarithm of every element. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { atan2 } from './atan2.ts';
import { complex } from './complex.ts';
import { partsOf } from './definition/complex-part.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';
import { hypot } from './hypot.ts';

/**
 * The natural logarithm of every element. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { log, tensor } from '@deft/tensor';
 * console.log(log(tensor([1, Math.E])).toArray()); // [0, 1]
 * ```
 */
export const log: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'log',
  inputs: ['x'],
  doc: {
    group: 'exponential',
    summary: 'The natural logarithm of every element.',
    math: 'log(x) = ln x',
    notes: ['log(0) is −Infinity, the logarithm of a negative number NaN.'],
    see: ['log1p', 'exp', 'logSumExp'],
  },
  promote: 'float',
  infer: ([x]) => floating('log', x),
  jvp: ([x], [dx]) => div(dx, x),
  vjp: (ct, { x }) => [div(ct, x)],
  saves: ['x'],
  batch: 'elementwise',
  lower: map((x) => unary('log', x)),
  complex: ([x]) => {
    const [re, im] = partsOf(x);
    return complex(log(hypot(re, im)), atan2(im, re)) as Tensor;
  },
  reference: elementwise(Math.log),
  samples: [
    { label: 'typical', inputs: [nd([5], [0.1, 0.5, 1, 2, 100])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [1, 2, 7], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'near 1', inputs: [nd([2], [0.999995, 1.000001])], grad: 'check' },
    { label: 'zero and negative', inputs: [nd([4], [0, -0, -1, 1e-40])], grad: 'skip' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /log: expected floating input, got bool/,
    },
  ],
});
