/** `expm1`: the exponential of every element, less one, exact near 0. */
import { nd, type OperationFunction } from '@deft/core';
import { add } from './add.ts';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { mul } from './mul.ts';

/**
 * The exponential of every element, less one, exact near 0. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { expm1, tensor } from '@deft/tensor';
 * console.log(expm1(tensor([0, 1e-6])).toArray()); // [0, 0.000001]
 * ```
 */
export const expm1: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'expm1',
  inputs: ['x'],
  doc: {
    group: 'exponential',
    summary: 'The exponential of every element, less one, exact near 0.',
    math: 'expm1(x) = eˣ − 1',
    see: ['exp', 'log1p'],
  },
  promote: 'float',
  infer: ([x]) => floating('expm1', x),
  jvp: (_, [dx], _attributes, output) => mul(dx, add(output, 1)),
  vjp: (ct, { output }) => [mul(ct, add(output, 1))],
  saves: ['output'],
  batch: 'elementwise',
  lower: map((x) => unary('expm1', x)),
  reference: elementwise(Math.expm1),
  samples: [
    { label: 'typical', inputs: [nd([6], [-2, -0.5, 0, 1e-6, 1, 3])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [0, 1, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'overflow and the lower limit', inputs: [nd([3], [89, -50, -0])], grad: 'skip' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /expm1: expected floating input, got bool/,
    },
  ],
});
