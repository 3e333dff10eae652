/** `softmax`: the softmax along an axis. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { type AlongAxis, alongAxisArguments, alongAxisReference } from './definition/along-axis.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import { div } from './div.ts';
import { exp } from './exp.ts';
import { max } from './max.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';

/**
 * The shares that the exponentials of the elements have in their sum, along an axis (the last unless told).
 *
 * @throws `E_AXIS` when the axis is out of range, `E_DTYPE` unless the dtype is floating.
 * @example
 * ```ts
 * import { softmax, tensor } from '@deft/tensor';
 * console.log(softmax(tensor([[0, 0], [1, 1]])).toArray()); // [[0.5, 0.5], [0.5, 0.5]]
 * ```
 */
export const softmax: OperationFunction<AlongAxis> = defineComposite({
  name: 'softmax',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'The shares that the exponentials of the elements have in their sum along an axis.',
    math: 'softmax(x) = exp(x) / Σ exp(x)',
    notes: ['The largest element is taken off first, so that no power overflows.'],
    see: ['logSoftmax', 'softmaxCrossEntropy'],
  },
  promote: 'float',
  arguments: alongAxisArguments('softmax'),
  compose: ([x], { axes }): Tensor => {
    floating('softmax', x.abstract);
    const powers = exp(sub(x, max(x, { axis: axes, keepDims: true }))) as Tensor;
    return div(powers, sum(powers, { axis: axes, keepDims: true })) as Tensor;
  },
  jvp: (_, [dx], { axes }, output) =>
    mul(output, sub(dx, sum(mul(output, dx), { axis: axes, keepDims: true }))) as Tensor,
  vjp: (ct, { output }, { axes }) => [
    mul(output, sub(ct, sum(mul(output, ct), { axis: axes, keepDims: true }))) as Tensor,
  ],
  saves: ['output'],
  reference: ([x], { axes }) =>
    alongAxisReference(x, axes, (x0, all) => {
      const top = all.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const total = all.reduce((a, b) => a + Math.exp(b - top), 0);
      return Math.exp(x0 - top) / total;
    }),
  samples: [
    { label: 'rows', inputs: [nd([2, 3], [1, 2, 4, -1, 0.5, 3])], grad: 'check', ulp: 32 },
    { label: 'columns', inputs: [nd([2, 3], [1, 2, 4, -1, 0.5, 3])], rest: [{ axis: 0 }], grad: 'check', ulp: 32 },
    { label: 'both axes', inputs: [nd([2, 2], [1, 2, 4, -1])], rest: [{ axis: [0, 1] }], grad: 'check', ulp: 32 },
    { label: 'large elements', inputs: [nd([3], [1000, 1001, 998])], grad: 'check', ulp: 32 },
    { label: 'one element', inputs: [nd([2, 1], [3, -4])], grad: 'check' },
    { label: 'a share of 0', inputs: [nd([3], [0, -200, 1])], grad: 'check', ulp: 32 },
    { label: 'minus infinity', inputs: [nd([3], [0, -Infinity, 1])], grad: 'skip', ulp: 32 },
    { label: 'nan', inputs: [nd([2, 2], [0, NaN, 1, 1])], grad: 'skip' },
    { label: 'empty', inputs: [nd([0, 3], [])] },
    { label: 'over an empty axis', inputs: [nd([2, 0], [])] },
  ],
  errors: [
    {
      label: 'an axis in place of options',
      inputs: [{ shape: [2, 3] }],
      rest: [1],
      code: 'E_ARGUMENT',
      says: /softmax: options: expected an object such as \{ axis: 0 \}, got 1/,
    },
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /softmax: axis: .*from -1 to 0, got 1/,
    },
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_AXIS', says: /the operand is a scalar/ },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /expected floating input, got bool/,
    },
  ],
});
