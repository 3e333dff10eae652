/** `logSumExp`: the logarithm of the sum of exponentials, over axes. */
import { nd, type OperationFunction, reducedShape, type Tensor } from '@deft/core';
import { add } from './add.ts';
import { defineComposite } from './definition/define.ts';
import { type FloatReduction, reduceArguments } from './definition/reduction.ts';
import { floating } from './definition/rules.ts';
import { div } from './div.ts';
import { equal } from './equal.ts';
import { exp } from './exp.ts';
import { isFinite as isFiniteElement } from './is-finite.ts';
import { log } from './log.ts';
import { max } from './max.ts';
import { mul } from './mul.ts';
import { reshape } from './reshape.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';
import { where } from './where.ts';

/**
 * The logarithm of the sum of exponentials over axes (all of them unless told), without overflow. Integers are taken as
 * float32.
 *
 * @throws `E_AXIS` when an axis is out of range or given twice.
 * @example
 * ```ts
 * import { logSumExp, tensor } from '@deft/tensor';
 * console.log(logSumExp(tensor([1000, 1000])).toArray()); // 1000.6931…
 * ```
 */
export const logSumExp: OperationFunction<FloatReduction> = defineComposite({
  name: 'logSumExp',
  inputs: ['x'],
  doc: {
    group: 'reduction',
    summary: 'The logarithm of the sum of exponentials over axes (all of them unless told), without overflow.',
    math: 'logSumExp(x) = ln Σ exp(xᵢ)',
    notes: ['The largest element is taken off first and added again. Over nothing: −Infinity.'],
    see: ['softmax', 'logSoftmax', 'max'],
  },
  arguments: reduceArguments('logSumExp'),
  promote: 'float',
  compose: ([x], { axes, keepDims }) => {
    floating('logSumExp', x.abstract);
    const largest = max(x, { axis: axes, keepDims: true }) as Tensor;
    const shift: Tensor = where(isFiniteElement(largest), largest, 0);
    const total = sum(exp(sub(x, shift)), { axis: axes, keepDims }) as Tensor;
    return add(log(total), reshape(shift, reducedShape(x.abstract.shape, axes, keepDims)));
  },
  jvp: ([x], [dx], { axes, keepDims }, output) =>
    sum(mul(dx, shares(x, output, axes)), { axis: axes, keepDims }) as Tensor,
  vjp: (ct, { x, output }, { axes }) => {
    const kept = reshape(ct, reducedShape(x.abstract.shape, axes, true)) as Tensor;
    return [mul(kept, shares(x, output, axes))];
  },
  saves: ['x', 'output'],
  samples: [
    { label: 'all axes', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], grad: 'check' },
    { label: 'first axis', inputs: [nd([2, 3], [1, 2, 3, 4, 5, 6])], rest: [{ axis: 0 }], grad: 'check' },
    {
      label: 'last axis, kept',
      inputs: [nd([2, 3], [1, -2, 3, 4, 5, 6])],
      rest: [{ axis: -1, keepDims: true }],
      grad: 'check',
    },
    {
      label: 'large elements',
      inputs: [nd([2, 2], [1000, 1000, -1000, -1001])],
      rest: [{ axis: 1 }],
      grad: [[0.5, 0.5, Math.E / (1 + Math.E), 1 / (1 + Math.E)]],
    },
    { label: 'equal elements', inputs: [nd([2], [1, 1])], grad: [[0.5, 0.5]] },
    { label: 'scalar', inputs: [nd([], [3])], grad: 'check' },
    { label: 'integers', inputs: [nd([2], [1, 2], 'int32')] },
    { label: 'over an empty axis', inputs: [nd([2, 0], [])], rest: [{ axis: 1 }] },
    {
      label: 'nan and infinities',
      inputs: [nd([4, 2], [1, NaN, Infinity, 4, -Infinity, -Infinity, -Infinity, 0])],
      rest: [{ axis: 1 }],
      grad: 'skip',
    },
  ],
  errors: [
    {
      label: 'axis out of range',
      inputs: [{ shape: [2, 3] }],
      rest: [{ axis: 2 }],
      code: 'E_AXIS',
      says: /logSumExp: axis: .*from -2 to 1, got 2/,
    },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /logSumExp: expected floating input, got bool/,
    },
  ],
});

/** What each element contributes to the sum, from 0 to 1. */
function shares(x: Tensor, output: Tensor, axes: readonly number[]): Tensor {
  const total = reshape(output, reducedShape(x.abstract.shape, axes, true)) as Tensor;
  // A large result is rounded by more than the digits that its exponential has: the shares are made to add up to 1.
  const parts = exp(sub(x, where(isFiniteElement(total), total, 0)));
  const whole = sum(parts, { axis: axes, keepDims: true }) as Tensor;
  return div(parts, where(equal(whole, 0), 1, whole)) as Tensor;
}
