/** `deg2rad`: degrees as radians. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { floating } from './definition/rules.ts';
import type { UnaryFloat } from './definition/signatures.ts';
import { mul } from './mul.ts';

/**
 * Degrees as radians. Integers are taken as float32.
 *
 * @example
 * ```ts
 * import { deg2rad, tensor } from '@deft/tensor';
 * console.log(deg2rad(tensor([0, 180])).toArray()); // [0, 3.1415…]
 * ```
 */
export const deg2rad: OperationFunction<UnaryFloat> = defineComposite({
  name: 'deg2rad',
  inputs: ['x'],
  doc: { group: 'math', summary: 'Degrees as radians.', math: 'deg2rad(x) = x · π / 180', see: ['rad2deg', 'sin'] },
  promote: 'float',
  compose: ([x]): Tensor => {
    floating('deg2rad', x.abstract);
    return mul(x, Math.PI / 180);
  },
  reference: elementwise((v) => v * (Math.PI / 180)),
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
      says: /deg2rad: expected floating input, got bool/,
    },
  ],
});
