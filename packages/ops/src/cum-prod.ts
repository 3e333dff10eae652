/** `cumProd`: the running product. */
import { nd, type OperationFunction, type Tensor } from '@deft/core';
import { defineComposite } from './definition/define.ts';
import { numeric } from './definition/rules.ts';
import { type Scan, type ScanAttributes, scan, scanArguments, scanReference } from './definition/scan.ts';
import { mul } from './mul.ts';

/**
 * The product of every element and those before it, along an axis (the first unless told).
 *
 * @throws `E_AXIS` when the axis is out of range.
 *
 * @example
 * ```ts
 * import { cumProd, tensor } from '@deft/tensor';
 * console.log(cumProd(tensor([1, 2, 3])).toArray()); // [1, 2, 6]
 * ```
 */
export const cumProd: OperationFunction<Scan> = defineComposite({
  name: 'cumProd',
  inputs: ['x'],
  doc: {
    group: 'scan',
    summary: 'The product of every element and those before it, along an axis (the first unless told).',
    math: 'cumProd(x)ᵢ = Πⱼ xⱼ, j ≤ i',
    notes: ['The derivative is right at 0 too: nothing is divided.'],
    see: ['prod', 'cumSum'],
  },
  arguments: scanArguments('cumProd'),
  compose: ([x], attributes: ScanAttributes): Tensor => {
    numeric('cumProd', x.abstract);
    return scan(x, attributes, 1, (a, b) => mul(a, b));
  },
  reference: ([x], attributes: ScanAttributes) => scanReference(x, attributes, 1, (a, b) => a * b),
  samples: [
    { label: 'a vector', inputs: [nd([5], [1, 3, 2, -4, 5])], grad: 'check' },
    { label: 'rows', inputs: [nd([2, 3], [1, -2, 3, 4, 6, 5])], rest: [{ axis: 1 }], grad: 'check' },
    {
      label: 'columns, exclusive',
      inputs: [nd([3, 2], [1, 5, 2, 4, 3, 6])],
      rest: [{ exclusive: true }],
      grad: 'check',
    },
    { label: 'from the end', inputs: [nd([4], [1, 3, 2, 4])], rest: [{ reverse: true }], grad: 'check' },
    {
      label: 'exclusive, from the end',
      inputs: [nd([1, 3], [1, 2, 3])],
      rest: [{ axis: -1, exclusive: true, reverse: true }],
      grad: 'check',
    },
    { label: 'one element', inputs: [nd([1, 2], [1, 2])], grad: 'check' },
    { label: 'integers', inputs: [nd([4], [1, -2, 3, 2], 'int32')] },
    { label: 'empty', inputs: [nd([0, 2], [])] },
    { label: 'nan and infinities', inputs: [nd([4], [1, Infinity, NaN, 2])], grad: 'skip' },
    { label: 'zeros', inputs: [nd([4], [2, 0, 3, 0])], grad: 'check' },
  ],
  errors: [
    {
      label: 'out of range',
      inputs: [{ shape: [2] }],
      rest: [{ axis: 1 }],
      code: 'E_AXIS',
      says: /cumProd: axis: .*from -1 to 0, got 1/,
    },
    { label: 'a scalar', inputs: [{ shape: [] }], code: 'E_AXIS', says: /the operand is a scalar/ },
    {
      label: 'bool',
      inputs: [{ shape: [2], dtype: 'bool' }],
      code: 'E_DTYPE',
      says: /cumProd: expected numeric input, got bool/,
    },
  ],
});
