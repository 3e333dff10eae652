/** `clip`: every element limited to a range. */
import { type DType, nd, type OperationFunction, raise, type Shape, type Tensor } from '@deft/core';
import type { TensorLike } from './definition/convert.ts';
import { defineComposite } from './definition/define.ts';
import { numeric } from './definition/rules.ts';
import { greaterEqual } from './greater-equal.ts';
import { lessEqual } from './less-equal.ts';
import { logicalAnd } from './logical-and.ts';
import { maximum } from './maximum.ts';
import { minimum } from './minimum.ts';
import { where } from './where.ts';

interface Clip {
  <S extends Shape, D extends DType>(x: Tensor<S, D>, minimum: number, maximum: number): Tensor<S, D>;
  (x: TensorLike, minimum: number, maximum: number): Tensor;
}

/**
 * Every element limited to a range. For limits that are tensors write `minimum(maximum(x, low), high)`.
 *
 * @throws `E_ATTRIBUTE` when a limit is not a number or the lower one is above the upper one.
 * @example
 * ```ts
 * import { clip, tensor } from '@deft/tensor';
 * console.log(clip(tensor([-2, 0.5, 7]), 0, 1).toArray()); // [0, 0.5, 1]
 * ```
 */
export const clip: OperationFunction<Clip> = defineComposite({
  name: 'clip',
  inputs: ['x'],
  doc: {
    group: 'arithmetic',
    summary: 'Every element limited to a range.',
    math: 'clip(x, low, high) = min(max(x, low), high)',
    notes: [
      'The derivative is 1 inside of the range and on its limits, 0 outside.',
      'Limits may be infinite. NaN stays NaN.',
    ],
    see: ['minimum', 'maximum', 'relu6'],
  },
  arguments: (x: TensorLike, low: number, high: number) => {
    for (const [argument, value] of [
      ['minimum', low],
      ['maximum', high],
    ] as const) {
      if (typeof value !== 'number' || Number.isNaN(value)) {
        raise('E_ATTRIBUTE', { op: 'clip', argument, expected: 'a number', found: String(value) });
      }
    }
    if (low > high) {
      raise('E_ATTRIBUTE', {
        op: 'clip',
        argument: 'minimum',
        expected: `at most the maximum, ${high}`,
        found: String(low),
      });
    }
    return { inputs: [x], attributes: { minimum: low, maximum: high } };
  },
  compose: ([x], attributes) => {
    numeric('clip', x.abstract);
    const lowered = attributes.maximum === Infinity ? x : minimum(x, attributes.maximum);
    return attributes.minimum === -Infinity ? lowered : maximum(lowered, attributes.minimum);
  },
  jvp: ([x], [dx], attributes) => where(inside(x, attributes), dx, 0),
  vjp: (ct, { x }, attributes) => [where(inside(x, attributes), ct, 0)],
  saves: ['x'],
  samples: [
    { label: 'below, inside, above', inputs: [nd([4], [-2, 0.25, 0.75, 7])], rest: [0, 1], grad: 'check' },
    { label: 'the kinks at the limits', inputs: [nd([4], [-1, 0, 1, 2])], rest: [0, 1], grad: [[0, 1, 1, 0]] },
    { label: 'one limit', inputs: [nd([3], [-2, 0.5, 7])], rest: [-Infinity, 1], grad: 'check' },
    { label: 'scalar', inputs: [nd([], [3])], rest: [0, 1], grad: 'check' },
    { label: 'integers', inputs: [nd([3], [-5, 1, 9], 'int32')], rest: [0, 3] },
    { label: 'empty', inputs: [nd([0, 2], [])], rest: [0, 1] },
    { label: 'nan and infinities', inputs: [nd([3], [NaN, Infinity, -Infinity])], rest: [0, 1], grad: 'skip' },
  ],
  errors: [
    {
      label: 'crossed limits',
      inputs: [{ shape: [2] }],
      rest: [1, 0],
      code: 'E_ATTRIBUTE',
      says: /clip: minimum: expected at most the maximum, 0, got 1/,
    },
    {
      label: 'a limit that is no number',
      inputs: [{ shape: [2] }],
      rest: [0, 'x'],
      code: 'E_ATTRIBUTE',
      says: /clip: maximum: expected a number, got x/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      rest: [0, 1],
      code: 'E_DTYPE',
      says: /clip: expected numeric input, got bool/,
    },
  ],
});

/** Where the slope is 1. */
function inside(x: Tensor, range: { readonly minimum: number; readonly maximum: number }): Tensor {
  return logicalAnd(greaterEqual(x, range.minimum), lessEqual(x, range.maximum));
}
