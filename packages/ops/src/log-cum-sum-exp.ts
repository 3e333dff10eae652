/** `logCumSumExp`: the logarithm of the running sum of exponentials. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { floating } from './definition/rules.ts';
import { type FloatScan, type ScanAttributes, scan, scanArguments, scanReference } from './definition/scan.ts';
import { logAddExp } from './log-add-exp.ts';

/**
 * The logarithm of the sum of exponentials of every element and those before it, along an axis (the first unless told). Integers are taken as float32.
 *
 * @throws `E_AXIS` when the axis is out of range.
 *
 * @example
 * ```ts
 * import { logCumSumExp, tensor } from '@deft/tensor';
 * console.log(logCumSumExp(tensor([0, 0])).toArray()); // [0, 0.6931…]
 * ```
 */
export const logCumSumExp: OperationFunction<FloatScan> = defineComposite({
  name: 'logCumSumExp',
  inputs: ['x'],
  doc: {
    group: 'scan',
    summary:
      'The logarithm of the sum of exponentials of every element and those before it, along an axis (the first unless told).',
    math: 'logCumSumExp(x)ᵢ = ln Σⱼ exp(xⱼ), j ≤ i',
    notes: ['Without overflow. Exclusive, the first result is −Infinity.'],
    see: ['logSumExp', 'cumSum'],
  },
  arguments: scanArguments('logCumSumExp'),
  promote: 'float',
  compose: ([x], attributes: ScanAttributes): Tensor => {
    floating('logCumSumExp', x.abstract);
    return scan(x, attributes, Number.NEGATIVE_INFINITY, (a, b) => logAddExp(a, b));
  },
  reference: ([x], attributes: ScanAttributes) =>
    scanReference(x, attributes, Number.NEGATIVE_INFINITY, (a, b) =>
      a === b ? a + Math.LN2 : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))),
    ),
  samples: [
    { label: 'a vector', inputs: [nd([5], [1, 3, 2, -4, 5])], grad: 'check' },
    { label: 'rows', inputs: [nd([2, 3], [1, -2, 3, 4, 6, 5])], rest: [{ axis: 1 }], grad: 'check' },
    {
      label: 'columns, exclusive',
      inputs: [nd([3, 2], [1, 5, 2, 4, 3, 6])],
      rest: [{ exclusive: true }],
      grad: [[1 + 1 / (1 + Math.E), 1 + Math.E / (1 + Math.E), Math.E / (1 + Math.E), 1 / (1 + Math.E), 0, 0]],
    },
    { label: 'from the end', inputs: [nd([4], [1, 3, 2, 4])], rest: [{ reverse: true }], grad: 'check' },
    {
      label: 'exclusive, from the end',
      inputs: [nd([1, 3], [1, 2, 3])],
      rest: [{ axis: -1, exclusive: true, reverse: true }],
      grad: [[0, 1 / (1 + Math.E), 1 + Math.E / (1 + Math.E)]],
    },
    { label: 'one element', inputs: [nd([1, 2], [1, 2])], grad: 'check' },
    { label: 'integers', inputs: [nd([4], [1, -2, 3, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2], [])] },
    { label: 'nan and infinities', inputs: [nd([4], [1, Infinity, NaN, 2])], grad: 'skip' },
    { label: 'large', inputs: [nd([3], [1000, 1000, -1000])], grad: [[2, 1, 0]] },
  ],
  errors: [
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /logCumSumExp: axis: .*from -1 to 0, got 1/,
    },
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_AXIS', says: /the operand is a scalar/ },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /logCumSumExp: expected floating input, got bool/,
    },
  ],
});
