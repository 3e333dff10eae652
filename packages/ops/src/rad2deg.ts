/** `rad2deg`: radians as degrees. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { mul } from './mul.ts';

/**
 * Radians as degrees. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { rad2deg, tensor } from '@deft/tensor';
 * console.log(rad2deg(tensor([0, Math.PI])).toArray()); // [0, 180]
 * ```
 */
export const rad2deg: OperationFunction<UnaryFloat> = defineComposite({
  name: 'rad2deg',
  inputs: ['x'],
  doc: { group: 'math', summary: 'Radians as degrees.', math: 'rad2deg(x) = x · 180 / π', see: ['deg2rad', 'sin'] },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('rad2deg', x.abstract);
    return mul(x, 180 / Math.PI);
  },
  reference: elementwise((v) => v * (180 / Math.PI)),
  samples: [
    { label: 'typical', inputs: [nd([4], [-90, 0, 1, 360])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [0.5])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-1, 0, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /rad2deg: expected floating input, got bool/,
    },
  ],
});
