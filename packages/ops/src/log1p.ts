/** `log1p`: the natural logarithm of one plus every element, exact near 0. */
import { nd, type OperationFunction } from '@deft/core';
import { add } from './add.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { div } from './div.ts';

/**
 * The natural logarithm of one plus every element, exact near 0. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { log1p, tensor } from '@deft/tensor';
 * console.log(log1p(tensor([0, 1e-6])).toArray()); // [0, 0.000001]
 * ```
 */
export const log1p: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'log1p',
  inputs: ['x'],
  doc: {
    group: 'exponential',
    summary: 'The natural logarithm of one plus every element, exact near 0.',
    math: 'log1p(x) = ln(1 + x)',
    see: ['log', 'expm1'],
  },
  promote: 'float',
  infer: ([x]) => floating('log1p', x),
  jvp: ([x], [dx]) => div(dx, add(x, 1)),
  vjp: (ct, { x }) => [div(ct, add(x, 1))],
  saves: ['x'],
  batch: 'elementwise',
  lower: map((x) => unary('log1p', x)),
  reference: elementwise(Math.log1p),
  samples: [
    { label: 'typical', inputs: [nd([5], [-0.5, 0, 1e-6, 1, 100])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [0, 1, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'the lower limit', inputs: [nd([3], [-1, -2, -0])], grad: 'skip' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /log1p: expected floating input, got bool/,
    },
  ],
});
