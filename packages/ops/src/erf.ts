/** `erf`: the error function of every element. */
import { nd, type OperationFunction } from '@deft/core';
import { errorFunction } from '@deft/kernel';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { exp } from './exp.ts';
import { mul } from './mul.ts';
import { neg } from './neg.ts';

/**
 * The error function of every element. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { erf, tensor } from '@deft/tensor';
 * console.log(erf(tensor([0, 1])).toArray()); // [0, 0.8427…]
 * ```
 */
export const erf: OperationFunction<UnaryFloat> = definePrimitive({
  name: 'erf',
  inputs: ['x'],
  doc: {
    group: 'special',
    summary: 'The error function of every element.',
    math: 'erf(x) = 2/√π ∫₀ˣ exp(−t²) dt',
    see: ['erfInv', 'gelu'],
  },
  promote: 'float',
  infer: ([x]) => floating('erf', x),
  jvp: ([x], [dx]) => mul(dx, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI))),
  vjp: (ct, { x }) => [mul(ct, mul(exp(neg(mul(x, x))), 2 / Math.sqrt(Math.PI)))],
  saves: ['x'],
  batch: 'elementwise',
  lower: map((x) => unary('erf', x)),
  reference: elementwise(errorFunction),
  samples: [
    { label: 'typical', inputs: [nd([6], [-2, -0.5, 0, 1e-4, 1, 3])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [0, 1, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'saturation', inputs: [nd([4], [4, 6, -6, 100])], grad: 'skip' },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /erf: expected floating input, got bool/,
    },
  ],
});
