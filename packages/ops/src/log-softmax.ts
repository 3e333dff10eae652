/** `logSoftmax`: the logarithm of the softmax along an axis. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { type AlongAxis, alongAxisArguments, alongAxisReference } from './definition/along-axis.ts';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import { exp } from './exp.ts';
import { log } from './log.ts';
import { max } from './max.ts';
import { mul } from './mul.ts';
import { sub } from './sub.ts';
import { sum } from './sum.ts';

/**
 * The logarithm of `softmax`, along an axis (the last unless told); exact where the softmax itself is 0 in its dtype.
 *
 * @throws `E_AXIS` when the axis is out of range, `E_DTYPE` unless the dtype is floating.
 * @example
 * ```ts
 * import { logSoftmax, tensor } from '@deft/tensor';
 * console.log(logSoftmax(tensor([0, 0])).toArray()); // [-0.693…, -0.693…]
 * ```
 */
export const logSoftmax: OperationFunction<AlongAxis> = defineComposite({
  name: 'logSoftmax',
  inputs: ['x'],
  doc: {
    group: 'activation',
    summary: 'Logarithms of the shares that the exponentials of the elements have in their sum along an axis.',
    math: 'logSoftmax(x) = x − log Σ exp(x)',
    notes: ['The largest element is taken off first, so that no power overflows and no logarithm of 0 is taken.'],
    see: ['softmax', 'softmaxCrossEntropy'],
  },
  promote: 'float',
  arguments: alongAxisArguments('logSoftmax'),
  compose: ([x], { axes }): Tensor => {
    floating('logSoftmax', x.abstract);
    const shifted = sub(x, max(x, { axis: axes, keepDims: true })) as Tensor;
    return sub(shifted, log(sum(exp(shifted), { axis: axes, keepDims: true }))) as Tensor;
  },
  jvp: (_, [dx], { axes }, output) => sub(dx, sum(mul(exp(output), dx), { axis: axes, keepDims: true })) as Tensor,
  vjp: (ct, { output }, { axes }) => [sub(ct, mul(exp(output), sum(ct, { axis: axes, keepDims: true }))) as Tensor],
  saves: ['output'],
  reference: ([x], { axes }) =>
    alongAxisReference(x, axes, (x0, all) => {
      const top = all.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      const total = all.reduce((a, b) => a + Math.exp(b - top), 0);
      return x0 - top - Math.log(total);
    }),
  samples: [
    { label: 'rows', inputs: [nd([2, 3], [1, 2, 4, -1, 0.5, 3])], grad: 'check', ulp: 32 },
    { label: 'columns', inputs: [nd([2, 3], [1, 2, 4, -1, 0.5, 3])], rest: [{ axis: 0 }], grad: 'check', ulp: 32 },
    { label: 'both axes', inputs: [nd([2, 2], [1, 2, 4, -1])], rest: [{ axis: [0, 1] }], grad: 'check', ulp: 32 },
    { label: 'large elements', inputs: [nd([3], [1000, 1001, 998])], grad: 'check', ulp: 32 },
    { label: 'one element', inputs: [nd([2, 1], [3, -4])], grad: 'check' },
    { label: 'a share of 0', inputs: [nd([3], [0, -200, 1])], grad: 'check', ulp: 32 },
    {
      label: 'minus infinity',
      inputs: [nd([3], [0, -Infinity, 1])],
      grad: [[1 - 3 / (1 + Math.E), 1, 1 - (3 * Math.E) / (1 + Math.E)]],
      ulp: 32,
    },
    { label: 'nan', inputs: [nd([2, 2], [0, NaN, 1, 1])], grad: 'skip' },
    { label: 'empty', inputs: [nd([0, 3], [])] },
    { label: 'over an empty axis', inputs: [nd([2, 0], [])] },
  ],
  errors: [
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /logSoftmax: axis: .*from -1 to 0, got 1/,
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
