/** `round`: the nearest whole number; halves go to the even one. */
import { nd, type OperationFunction } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { map, unary } from './definition/scalar.ts';
import type { Unary } from './definition/signatures.ts';
import { zerosLike } from './zeros-like.ts';

/**
 * The nearest whole number; halves go to the even one.
 *
 * @example
 * ```ts
 * import { round, tensor } from '@deft/tensor';
 * console.log(round(tensor([0.5, 1.5, 2.4])).toArray()); // [0, 2, 2]
 * ```
 */
export const round: OperationFunction<Unary> = definePrimitive({
  name: 'round',
  inputs: ['x'],
  doc: {
    group: 'rounding',
    summary: 'The nearest whole number; halves go to the even one.',
    notes: ['The derivative is 0 everywhere.', 'Integers stay as they are.'],
    see: ['floor', 'ceil', 'trunc'],
  },
  infer: ([x]) => numeric('round', x),
  jvp: (_, [dx]) => zerosLike(dx),
  vjp: () => [null],
  batch: 'elementwise',
  lower: map((x) => unary('round', x)),
  reference: elementwise(roundHalfToEven),
  samples: [
    { label: 'typical', inputs: [nd([5], [-2.7, -0.3, 0.2, 1.6, 3.4])], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [1.25])], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-2, 0, 7], 'int32')] },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'halves', inputs: [nd([6], [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5])], grad: [[0, 0, 0, 0, 0, 0]] },
    { label: 'whole numbers and large ones', inputs: [nd([4], [-3, -0, 8388609, 1e20])], grad: [[0, 0, 0, 0]] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /round: expected numeric input, got bool/,
    },
  ],
});

/** Adding and taking away 2⁵² rounds so; beyond it every number is whole. */
function roundHalfToEven(x: number): number {
  const size = Math.abs(x);
  if (!(size < 2 ** 52)) return x;
  const rounded = size + 2 ** 52 - 2 ** 52;
  return x < 0 || Object.is(x, -0) ? -rounded : rounded;
}
