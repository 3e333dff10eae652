/** `relu`: the rectified linear unit. */
import { nd, type OperationFunction } from '@deft/core';
import { definePrimitive } from './definition/define.ts';
import { elementwise } from './definition/reference.ts';
import { numeric } from './definition/rules.ts';
import { binary, map } from './definition/scalar.ts';
import type { Unary } from './definition/signatures.ts';
import { greater } from './greater.ts';
import { where } from './where.ts';

/**
 * Zeroes every negative element.
 *
 * @example
 * ```ts
 * import { relu, tensor } from '@deft/tensor';
 * console.log(relu(tensor([-1, 2])).toArray()); // [0, 2]
 * ```
 */
export const relu: OperationFunction<Unary> = definePrimitive({
  name: 'relu',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'Zeroes every negative element.',
    math: 'relu(x) = max(x, 0)',
    notes: ['The derivative at 0 is 0.'],
    see: ['softplus'],
  },
  infer: ([x]) => numeric('relu', x),
  jvp: ([x], [dx]) => where(greater(x, 0), dx, 0),
  vjp: (ct, { x }) => [where(greater(x, 0), ct, 0)],
  saves: ['x'],
  batch: 'elementwise',
  lower: map((x) => binary('max', x, 0)),
  reference: elementwise((v) => (v > 0 || Number.isNaN(v) ? v : 0)),
  samples: [
    { label: 'both signs', inputs: [nd([2, 3], [-2, -1, -0.5, 0.5, 1, 2])], grad: 'check' },
    { label: 'the kink at 0', inputs: [nd([3], [-1, 0, 1])], grad: [[0, 0, 1]] },
    { label: 'scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'empty', inputs: [nd([0, 4], [])] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], grad: 'skip' },
  ],
  errors: [
    { label: 'bool', inputs: [{ shape: [2], dtype: 'bool' }], code: 'E_DTYPE', says: /numeric input, got bool/ },
  ],
});
