/** `norm`: the Euclidean length over axes. */
import { nd, type OperationFunction, reducedShape, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { type FloatReduction, reduceArguments } from './definition/reduction.ts';
import { floating } from './definition/rules.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { mul } from './mul.ts';
import { reshape } from './reshape.ts';
import { sqrt } from './sqrt.ts';
import { square } from './square.ts';
import { sum } from './sum.ts';
import { where } from './where.ts';

/**
 * The Euclidean length over axes (all of them unless told). Integers are taken as float32.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice.
 * @example
 * ```ts
 * import { norm, tensor } from '@deft/tensor';
 * console.log(norm(tensor([3, 4])).toArray()); // 5
 * ```
 */
export const norm: OperationFunction<FloatReduction> = defineComposite({
  name: 'norm',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'The Euclidean length over axes (all of them unless told).',
    math: 'norm(x) = √ Σ xᵢ²',
    notes: ['The derivative at 0 is 0.'],
    see: ['square', 'sum'],
  },
  arguments: reduceArguments('norm'),
  promote: 'float',
  compose: ([x], { axes, keepDims }) => {
    floating('norm', x.abstract);
    return sqrt(sum(square(x), { axis: axes, keepDims }) as Tensor);
  },
  jvp: ([x], [dx], { axes, keepDims }, output) =>
    sum(mul(dx, directions(x, output, axes)), { axis: axes, keepDims }) as Tensor,
  vjp: (ct, { x, output }, { axes }) => {
    const kept = reshape(ct, reducedShape(x.abstract.shape, axes, true)) as Tensor;
    return [mul(kept, directions(x, output, axes))];
  },
  saves: ['x', 'output'],
  samples: [
    { label: 'all axes', inputs: [nd([2, 3], [1, 2, -3, 4, 5, 6])], grad: 'check' },
    { label: 'first axis', inputs: [nd([2, 3], [1, 2, -3, 4, 5, 6])], rest: [{ axis: 0 }], grad: 'check' },
    {
      label: 'last axis, kept',
      inputs: [nd([2, 3], [1, 2, -3, 4, 5, 6])],
      rest: [{ axis: -1, keepDims: true }],
      grad: 'check',
    },
    { label: 'the kink at 0', inputs: [nd([2, 2], [0, 0, 3, 4])], rest: [{ axis: 1 }], grad: [[0, 0, 0.6, 0.8]] },
    { label: 'scalar', inputs: [nd([], [-3])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [3, 4], 'int32')] },
    { label: 'over an empty axis', inputs: [nd([2, 0], [])], rest: [{ axis: 1 }] },
    { label: 'nan and infinities', inputs: [nd([2, 2], [1, NaN, -Infinity, 4])], rest: [{ axis: 1 }], grad: 'skip' },
  ],
  errors: [
    {
      label: 'axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [{ axis: 2 }],
      code: 'E_AXIS',
      says: /norm: axis: .*from -2 to 1, got 2/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /norm: expected floating input, got bool/,
    },
  ],
});

/** The unit vector along `x`, 0 where its length is 0. */
function directions(x: Tensor, output: Tensor, axes: readonly number[]): Tensor {
  const length = reshape(output, reducedShape(x.abstract.shape, axes, true)) as Tensor;
  const isZero = equal(length, 0);
  return where(isZero, 0, div(x, where(isZero, 1, length)));
}
